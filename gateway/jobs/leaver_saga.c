/* Somebody left an account (ID-27): what they asked approvers for, and what waits, is cancelled in
 * every account in which they have no role by now. So it is in those below, where they had one by a
 * grant with subtree, and not where they still act. */
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/peers/identity_session.h"
#include "gateway/store/approval_store.h"
#include "runtime/base/clock.h"

#define APPROVALS_AT_ONCE 100

/* There may be no such principal any more. */
static enum failure look(struct task *task, struct gateway *gateway,
                         const struct approval *approval, bool *acts)
{
    char account_id[ID_TEXT_SIZE];
    struct identity_session session;
    struct rpc_status status;
    const struct identity_question question = {.token = "",
                                               .principal_id = approval->requester_id,
                                               .source_address = "",
                                               .account_id =
                                                   id_format(approval->account_id, account_id)};
    const struct peer_step step = {"cancel_of_leaver", STEP_IDENTITY_RESOLVE_SESSIONS,
                                   approval->approval_id};
    enum failure failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure != FAILURE_NONE)
        return failure;
    failure = identity_session_resolve(task, &gateway->questions, &question, &session, &status);
    failure = peer_step_end(gateway, PEER_IDENTITY, failure);
    *acts = failure == FAILURE_NONE && status.code == CODE_OK &&
            (session.roles != 0 || session.custom.count > 0);
    return failure == FAILURE_NONE && status.code == CODE_UNAUTHENTICATED
               ? FAILURE_NONE
               : peer_accepted(task, &step, failure, &status);
}

/* As its requester would; somebody may have decided it meanwhile. */
static enum failure cancel(struct transaction *transaction, void *argument)
{
    const struct approval *of_leaver = argument;
    struct approval approval;
    bool found;
    enum failure failure = approval_store_lock(transaction, of_leaver->account_id,
                                               of_leaver->approval_id, &approval, &found);
    return failure != FAILURE_NONE || !found || approval.state != APPROVAL_PENDING
               ? failure
               : approval_store_move(transaction, &approval, APPROVAL_CANCELLED, "",
                                     clock_of_us(approval.account_id));
}

static enum failure end(struct task *task, struct gateway *gateway, struct approval *approval)
{
    bool acts = true;
    enum failure failure = look(task, gateway, approval, &acts);
    return failure != FAILURE_NONE || acts
               ? failure
               : database_transact(task, gateway->database, ISOLATION_READ_COMMITTED, cancel,
                                   approval);
}

enum failure saga_cancel_of_leaver(struct task *task, struct gateway *gateway,
                                   const struct saga *saga, const char **outcome)
{
    struct approval_list list = {.count = APPROVALS_AT_ONCE};
    struct id leaver_id, after_id = {{0}};
    enum failure failure = FAILURE_NONE;
    *outcome = SAGA_DONE;
    if (!identity_event_leaver(task_arena(task), saga->payload, &leaver_id))
        return SAGA_UNREAD;
    while (failure == FAILURE_NONE && list.count == APPROVALS_AT_ONCE) {
        failure = approval_store_waiting_of(reader_of(task, gateway->database), leaver_id, after_id,
                                            APPROVALS_AT_ONCE, &list);
        for (size_t i = 0; failure == FAILURE_NONE && i < list.count; i++) {
            after_id = list.items[i].approval_id;
            failure = end(task, gateway, &list.items[i]);
        }
    }
    return failure;
}
