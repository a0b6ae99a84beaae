/* R5, B.3: what follows from a relation for money, and that it is at risk, is told to the ledger,
 * which orders what comes late or twice. */
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/peers/identity_relation.h"
#include "gateway/peers/ledger_peer.h"

enum failure saga_tell_relation(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome)
{
    struct rpc_status status;
    struct identity_relation relation;
    *outcome = SAGA_DONE;
    if (!identity_event_relation(task_arena(task), saga->event_type, saga->payload, &relation))
        return SAGA_UNREAD;
    const struct peer_step step = {"tell_relation", STEP_LEDGER_UPDATE_RELATION,
                                   relation.relation_id};
    enum failure failure = peer_step_begin(gateway, PEER_LEDGER);
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_LEDGER,
            ledger_relation_update((struct peer_call){task, gateway->ledger, &status}, &relation));
    return peer_accepted(task, &step, failure, &status);
}

enum failure saga_tell_risk(struct task *task, struct gateway *gateway, const struct saga *saga,
                            const char **outcome)
{
    struct rpc_status status;
    struct identity_risk risk;
    *outcome = SAGA_DONE;
    if (!identity_event_risk(task_arena(task), saga->event_type, saga->payload, &risk))
        return SAGA_UNREAD;
    const struct peer_step step = {"tell_risk", STEP_LEDGER_UPDATE_RELATION_RISK, risk.relation_id};
    enum failure failure = peer_step_begin(gateway, PEER_LEDGER);
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_LEDGER,
            ledger_relation_update_risk((struct peer_call){task, gateway->ledger, &status}, &risk));
    return peer_accepted(task, &step, failure, &status);
}
