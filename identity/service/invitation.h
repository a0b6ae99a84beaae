/* Shared by an invitation's sending and its acceptance. */
#ifndef IDENTITY_SERVICE_INVITATION_H
#define IDENTITY_SERVICE_INVITATION_H

#include "identity/service/security.h"
#include "identity/store/invitation_store.h"

/* The keyed hash of a code in its normal form. */
struct bytes invitation_code_mac(struct call *call, const struct invitation *invitation,
                                 const char *normal);

/* Notes it in the invitation's account, of a principal. */
enum failure invitation_note(struct mutation *mutation, enum security_event_kind kind,
                             const struct invitation *invitation,
                             struct id principal_id) must_check;

#endif
