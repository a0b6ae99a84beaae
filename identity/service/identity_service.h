/* The parts of identity that its rpcs share. */
#ifndef IDENTITY_SERVICE_IDENTITY_SERVICE_H
#define IDENTITY_SERVICE_IDENTITY_SERVICE_H

#include "identity/domain/refusals.h"
#include "identity/domain/role.h"
#include "identity/domain/text_limit.h"
#include "identity/jobs/courier.h"
#include "identity/jobs/verification.h"
#include "identity/keys.h"
#include "identity/service/password_hasher.h"
#include "identity/store/account_store.h"
#include "identity/v1/account.pb-c.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/process/process.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/server.h"

/* The context of every service. */
struct identity {
    struct database *database;
    struct keys keys;
    struct password_hasher hasher;
    struct courier courier;
    struct verification_job verification;
    struct text_budget text_budget;
    const char *webauthn_rp_id; /* the site of passkeys (ID-32), as in runtime/factor/webauthn.h */
    const char *webauthn_origins;
};

static inline struct identity *identity_of(struct call *call)
{
    return call_context(call);
}

/* For single statements of the call. */
static inline struct reader identity_reader(struct call *call)
{
    return reader_of(call_task(call), identity_of(call)->database);
}

/* ---- who calls: from the gateway's headers ---- */

/* Refuses a call that does not say which principal acts. */
int caller_admit(struct call *call) must_check;

/* The principal who acts, after caller_admit. */
struct id caller_id(struct call *call);

/* The session that the call came with, as the gateway tells; nil when it does not. */
struct id caller_session_id(struct call *call);

/* B.5: the partner for which that principal acts in its customer's account; nil: it acts for
 * nobody else. */
struct id caller_partner_id(struct call *call);

/* The roles of that principal in an account, as bits of enum role; a nil account_id gives
 * ROLE_OPERATOR or none. */
enum failure caller_roles(struct call *call, struct id account_id, unsigned *roles) must_check;

/* Refuses a caller who does not operate with that role. Asked before the request is looked at, so
 * that a stranger learns nothing of it. */
int operator_admit(struct call *call, enum role role) must_check;

/* A keyed index of where the call comes from (runtime/base/source.h). false: the gateway does not
 * say, and the index is that of nobody. */
bool source_index(struct call *call, uint8_t index[KEYED_HASH_SIZE]);

/* ---- contacts and secrets; what they give is in the call's arena ---- */

#define PERSON_NAME_BYTES_MAX 64

/* Labels under which they are sealed, beside LABEL_EMAIL. */
#define LABEL_PHONE "contact.phone"
#define LABEL_NAME "principal.name"
#define LABEL_BILLING_ADDRESS "billing_address"

/* The keyed index of a text. */
struct bytes text_index(struct call *call, const char *text);

struct bytes text_seal(struct call *call, const char *label, const char *text);

/* NULL when the seal is broken. */
char *text_open(struct call *call, const char *label, struct bytes sealed);

/* Stands for a secret or a contact in what is kept about a request, which is a plain hash: too
 * quick a hash for them. */
char *text_digest(struct call *call, const char *text);

/* A password that could not be hashed: when too many wait, the caller comes back in a second. */
int hashing_failed(struct call *call, enum failure failure);

/* ---- afterwards ---- */

/* One line of the account's onboarding (ID-38), with who did it; no personal data. */
enum failure trail_note(struct mutation *mutation, struct id account_id, const char *kind,
                        const char *detail) must_check;

/* Tells the world, in the mutation's transaction: a message of identity.v1 under the account. */
enum failure event_append(struct mutation *mutation, struct id account_id,
                          const ProtobufCMessage *event) must_check;

/* After the commit: messages go out now. Gives 0. */
int messages_deliver(struct call *call);

/* After the commit: the verifier is asked now, where there is one. Gives 0. */
int verification_ask_now(struct call *call);

/* ---- messages ---- */

char *id_to_message(struct call *call, struct id id);

#endif
