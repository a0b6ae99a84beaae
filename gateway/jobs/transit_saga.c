/* Money between two chains (settled 11, LED-22; breadth B.4): what a transfer or revoke sent is
 * received in the other chain, for ever under one request id; only when that was refused, which the
 * ledger keeps under that id, it is returned. Both ids are derived from the transit and the step's
 * name, so a step that is repeated after a crash is the same step. */
#include "gateway/domain/transit.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/ledger_peer.h"

#define ALARM_TRIES 10 /* after 0.2 s, then twice as long each time: more than a minute */

/* *refused is NULL when it was received, else the reason why not. */
static enum failure receive(struct task *task, struct gateway *gateway,
                            const struct ledger_money_sent *sent, const char **refused)
{
    struct rpc_status status;
    const struct peer_step step = {"clear_transit", STEP_LEDGER_RECEIVE_TRANSIT, sent->transit_id};
    enum failure failure = peer_step_begin(gateway, PEER_LEDGER);
    *refused = NULL;
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_LEDGER,
            ledger_transit_receive((struct peer_call){task, gateway->ledger, &status}, sent));
    if (failure == FAILURE_NONE && status.code != CODE_OK && transit_goes_back(status.reason)) {
        *refused = status.reason;
        return FAILURE_NONE;
    }
    return peer_accepted(task, &step, failure, &status);
}

static enum failure give_back(struct task *task, struct gateway *gateway,
                              const struct ledger_money_sent *sent)
{
    struct rpc_status status;
    const struct peer_step step = {"clear_transit", STEP_LEDGER_RETURN_TRANSIT, sent->transit_id};
    enum failure failure = peer_step_begin(gateway, PEER_LEDGER);
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_LEDGER,
            ledger_transit_return((struct peer_call){task, gateway->ledger, &status}, sent));
    return peer_accepted(task, &step, failure, &status);
}

enum failure saga_clear_transit(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome)
{
    struct ledger_money_sent sent;
    const char *refused;
    *outcome = SAGA_DONE;
    if (!ledger_money_sent_read(task_arena(task), saga->payload, &sent))
        return SAGA_UNREAD;
    enum failure failure = receive(task, gateway, &sent, &refused);
    if (failure == FAILURE_NONE && refused != NULL)
        failure = give_back(task, gateway, &sent);
    if (failure != FAILURE_NONE && saga->tries == ALARM_TRIES)
        peer_refused(
            &(struct peer_step){"clear_transit", STEP_LEDGER_RECEIVE_TRANSIT, sent.transit_id},
            failure_name(failure), "IN_TRANSIT_FOR_A_MINUTE");
    return failure;
}
