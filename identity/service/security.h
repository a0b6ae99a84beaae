/* Notes security events, in the transaction of the act, and tells the person. */
#ifndef IDENTITY_SERVICE_SECURITY_H
#define IDENTITY_SERVICE_SECURITY_H

#include "identity/service/identity_service.h"
#include "identity/store/security_event_store.h"

/* Where the call comes from; "" when the gateway does not say. */
const char *caller_address(struct call *call);

/* The network that the call comes from; "" when the gateway does not say. In the call's arena. */
const char *caller_network(struct call *call);

/* The event with the call's network, the call's session unless it names one, and once when times is
 * 0. */
struct security_event security_event_of(struct call *call, const struct security_event *event);

/* The same, of the caller unless it names somebody else. */
enum failure security_note(struct call *call, struct transaction *transaction,
                           const struct security_event *event) must_check;

/* The same, with its notice by e-mail, too. */
enum failure security_tell(struct call *call, struct transaction *transaction,
                           const struct security_event *event) must_check;

#endif
