/* A peer's answer to the gateway's own work, where nobody waits for the wording: a no is tried
 * again later. One that says NOT_YET passes by itself; any other, IDEMPOTENCY_MISMATCH above all,
 * is kept under the request id and will be heard again for ever, so it calls people:
 * gateway_saga_refused_total and an ERROR line that names saga, step, object and reason. */
#ifndef GATEWAY_JOBS_PEER_STEP_H
#define GATEWAY_JOBS_PEER_STEP_H

#include "gateway/gateway.h"
#include "runtime/base/id.h"
#include "runtime/rpc/client.h"

/* A saga asks its peers for these; the alarm names them so. */
#define PEER_STEPS(X)                                                    \
    X(STEP_IDENTITY_GET_ACCOUNT, "identity.GetAccount")                  \
    X(STEP_IDENTITY_GET_NOTIFICATION, "identity.GetNotification")        \
    X(STEP_IDENTITY_LIST_ACTIVATIONS, "identity.ListActivations")        \
    X(STEP_IDENTITY_LIST_UPSTREAMS, "identity.ListUpstreams")            \
    X(STEP_IDENTITY_NOTE_UPSTREAM, "identity.NoteUpstream")              \
    X(STEP_IDENTITY_RESOLVE_SESSIONS, "identity.ResolveSessions")        \
    X(STEP_IDENTITY_SEND_NOTIFICATION, "identity.SendNotification")      \
    X(STEP_LEDGER_CREDIT_TOP_UP, "ledger.CreditTopUp")                   \
    X(STEP_LEDGER_CREDIT_SUSPENSE, "ledger.CreditTopUp suspense")        \
    X(STEP_LEDGER_FORGO_TOP_UP, "ledger.ForgoTopUp")                     \
    X(STEP_LEDGER_GET_ACCOUNT, "ledger.GetAccount")                      \
    X(STEP_LEDGER_OPEN_ACCOUNT, "ledger.OpenAccount")                    \
    X(STEP_LEDGER_RECEIVE_TRANSIT, "ledger.ReceiveTransit")              \
    X(STEP_LEDGER_RECORD_NOTICE, "ledger.RecordNotice")                  \
    X(STEP_LEDGER_RELEASE_TOP_UP, "ledger.ReleaseTopUp")                 \
    X(STEP_LEDGER_RETURN_TRANSIT, "ledger.ReturnTransit")                \
    X(STEP_LEDGER_SET_CURRENCY, "ledger.SetCurrency")                    \
    X(STEP_LEDGER_UPDATE_ACCOUNT, "ledger.UpdateAccount")                \
    X(STEP_LEDGER_UPDATE_RELATION, "ledger.UpdateRelation")              \
    X(STEP_LEDGER_UPDATE_RELATION_RISK, "ledger.UpdateRelationRisk")     \
    X(STEP_PAYMENTS_GET_ACCOUNT, "payments.GetAccount")                  \
    X(STEP_PAYMENTS_GET_TOP_UP, "payments.GetTopUp")                     \
    X(STEP_PAYMENTS_MARK_CREDITED, "payments.MarkCredited")              \
    X(STEP_PAYMENTS_MARK_IN_SUSPENSE, "payments.MarkInSuspense")         \
    X(STEP_PAYMENTS_START_REFUND, "payments.StartRefund")                \
    X(STEP_PAYMENTS_UPDATE_ACCOUNT_FACTS, "payments.UpdateAccountFacts") \
    X(STEP_SHARING_GRANT_COUPON, "sharing.GrantCoupon")                  \
    X(STEP_SHARING_OPEN_ACCOUNT, "sharing.OpenAccount")                  \
    X(STEP_EVENT_LIST_EVENTS, "event.ListEvents")

#define PEER_STEP_MEMBER(member, text) member,
enum peer_step_name { PEER_STEPS(PEER_STEP_MEMBER) };

struct peer_step {
    const char *saga; /* literals: "credit_top_up", */
    enum peer_step_name step;
    struct id object_id;
};

/* FAILURE_NONE when the peer agreed; its no becomes FAILURE_UNAVAILABLE. */
enum failure peer_accepted(struct task *task, const struct peer_step *step, enum failure failure,
                           const struct rpc_status *status) must_check;

/* The same alarm for a saga that ended with a no. reason: what was said, a reason of D.16. */
void peer_refused(const struct peer_step *step, const char *code, const char *reason);

/* A step at a peer, when there is a place; FAILURE_UNAVAILABLE when there is none: the saga is
 * tried again later. Every call of a saga to a peer stands between these. */
enum failure peer_step_begin(struct gateway *gateway, enum gateway_peer peer) must_check;
enum failure peer_step_end(struct gateway *gateway, enum gateway_peer peer,
                           enum failure failure) must_check; /* gives it back */

#endif
