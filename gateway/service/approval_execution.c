#include "gateway/service/approval_execution.h"

#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/jobs/saga.h"
#include "gateway/service/admission.h"
#include "gateway/service/approval.h"
#include "gateway/service/router.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/call_within.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

/* An approved act is carried out as its request was kept, under its own request id, so once however
 * often it is tried. Everything is decided again by what is so now: the roles of the requester and
 * of the approvers, the ceilings, and whatever the peer decides. Once it has left for the peer it
 * may be done: from then on nothing is decided here any more, and it ends by the peer's answer
 * alone.
 */
struct execution {
    struct task *task;
    struct gateway *gateway;
    struct approval approval;
    struct approval_votes votes;
    struct ceiling_policy policy;
    struct exchange exchange;
};

static struct reader reader_for(const struct execution *execution)
{
    return reader_of(execution->task, execution->gateway->database);
}

static enum failure read_facts(struct execution *execution, struct id approval_id, bool *found)
{
    struct reader reader = reader_for(execution);
    struct approval *approval = &execution->approval;
    enum failure failure = approval_store_read_any(reader, approval_id, approval, found);
    if (failure != FAILURE_NONE || !*found)
        return failure;
    return approval_store_votes(reader, &(struct approval_list){approval, 1}, &execution->votes);
}

/* ---- do the approvals count still? ---- */

/* Without roles when there is no such principal any more. */
static int read_principal(struct execution *execution, struct id principal_id,
                          struct identity_session *session)
{
    struct exchange asked = execution->exchange;
    int no = admission_resolve_principal(&asked, principal_id);
    *session = asked.session;
    if (no == CODE_UNAUTHENTICATED) {
        call_forget_refusal(asked.call);
        no = 0;
    }
    return no;
}

/* c-19: what somebody asked for who is gone meanwhile is nobody's wish any more. */
static int check_requester(struct execution *execution)
{
    struct identity_session requester;
    int no = read_principal(execution, execution->approval.requester_id, &requester);
    return no == 0 && requester.roles == 0 && requester.custom.count == 0
               ? call_refuse(execution->exchange.call, &requester_gone, NO_TERMS)
               : no;
}

static bool counts(const struct execution *execution, const struct identity_session *approver)
{
    struct approval_facts facts = approval_facts_of(
        task_arena(execution->task), &execution->approval, &execution->policy, approver);
    facts.state = APPROVAL_PENDING;
    facts.names_request = true;
    return approval_decide(&facts) == APPROVAL_COUNTS;
}

/* As the account asks by now; one that has ceilings and asks for nobody has none approved. */
static int64_t approvers_needed(const struct execution *execution)
{
    const struct ceiling_policy *policy = &execution->policy;
    struct money_act money = ceiling_money(execution->exchange.request);
    if (money.two_by_rule != NULL)
        return ceiling_approvers(&money, policy->approvers);
    if (!policy->exists || policy->ceilings.count == 0)
        return execution->approval.approvers;
    return policy->approvers > 0 ? policy->approvers : APPROVERS_MAX + 1;
}

static int check_approvers(struct execution *execution)
{
    struct identity_session approvers[APPROVERS_MAX];
    int64_t count = 0;
    int no = 0;
    assert(execution->votes.count <= APPROVERS_MAX);
    for (size_t i = 0; i < execution->votes.count && no == 0; i++)
        no = read_principal(execution, execution->votes.items[i].principal_id, &approvers[i]);
    if (no == 0)
        no = ceiling_store_read(reader_for(execution), execution->approval.account_id,
                                clock_of_us(execution->approval.account_id), &execution->policy);
    for (size_t i = 0; i < execution->votes.count && no == 0; i++)
        count += counts(execution, &approvers[i]) ? 1 : 0;
    return no == 0 && count < approvers_needed(execution)
               ? call_refuse(execution->exchange.call, &approvals_missing, NO_TERMS)
               : no;
}

/* ---- the act ---- */

static bool begin(struct execution *execution, struct call *call)
{
    struct arena *arena = task_arena(execution->task);
    const struct approval *approval = &execution->approval;
    struct exchange *exchange = &execution->exchange;
    *exchange = (struct exchange){
        .mounted = call_context(call),
        .gateway = execution->gateway,
        .call = call,
        .route = route_find(approval->rpc),
        .method_index = call_method_index(call),
        .token = "",
        .session = {.session_id = "", .principal_id = "", .account_id = "", .company_id = ""},
        .approval_id = id_format(approval->approval_id, arena_alloc(arena, ID_TEXT_SIZE)),
        .approver_id = execution->votes.count == 0
                           ? NULL
                           : id_format(execution->votes.items[0].principal_id,
                                       arena_alloc(arena, ID_TEXT_SIZE)),
        .request = message_unpack(arena, call_input(call), approval->request),
        .response = call_response(call),
    };
    return exchange->route != NULL && exchange->request != NULL;
}

static bool may_be_done(const struct execution *execution)
{
    return execution->approval.carried_us != 0;
}

static int admit(struct execution *execution)
{
    const struct approval *approval = &execution->approval;
    int no = check_requester(execution);
    if (no == 0)
        no = check_approvers(execution);
    if (no == 0)
        no = router_admit_again(&execution->exchange, approval->requester_id,
                                approval->credential_id);
    return no == 0 ? approval_store_carry(reader_for(execution), approval->approval_id,
                                          clock_of_us(approval->account_id))
                   : no;
}

/* GW-03: payments tells, by the epoch 0, whether it was done, and begins nothing (FREEZE_MOVED), as
 * far as there was a freeze yet. */
static int recall(struct execution *execution)
{
    struct exchange *exchange = &execution->exchange;
    int no = admission_recall(exchange, execution->approval.requester_id);
    exchange->session.session_id = execution->approval.credential_id;
    exchange->session.freeze_epoch = 0;
    return no;
}

static int perform(struct execution *execution)
{
    int no = may_be_done(execution) ? recall(execution) : admit(execution);
    return no == 0 ? router_carry_out(&execution->exchange) : no;
}

/* ---- the end ---- */

struct ending {
    const struct approval *approval;
    enum approval_state state;
    const char *reason;
};

static enum failure end_body(struct transaction *transaction, void *argument)
{
    const struct ending *ending = argument;
    return approval_store_move(transaction, ending->approval, ending->state, ending->reason,
                               clock_of_us(ending->approval->account_id));
}

static enum failure end(struct execution *execution, enum approval_state state, const char *reason)
{
    struct ending ending = {&execution->approval, state, reason};
    return database_transact(execution->task, execution->gateway->database,
                             ISOLATION_READ_COMMITTED, end_body, &ending);
}

/* A refusal that passes by itself, or of which nobody knows whether the act was done, is none yet.
 */
static bool is_final(const struct execution *execution, int no, const struct status *status)
{
    bool is_known = !may_be_done(execution) || execution->exchange.was_answered;
    return is_known && ceiling_is_given_back(no) && status->retry_after_ms == 0;
}

/* Payments did nothing, for accounts were frozen: it is decided again. */
static enum failure leave_undone(struct execution *execution)
{
    enum failure failure =
        approval_store_carry(reader_for(execution), execution->approval.approval_id, 0);
    return failure != FAILURE_NONE ? failure : FAILURE_UNAVAILABLE;
}

static enum failure finish(struct execution *execution, struct call *call, int no)
{
    struct status status = {.reason = ""};
    if (no == 0)
        return end(execution, APPROVAL_EXECUTED, "");
    if (no < 0)
        return (enum failure)no;
    if (execution->exchange.freeze_moved)
        return leave_undone(execution);
    if (!status_unpack(call_arena(call), call_take_refusal(call), &status))
        return FAILURE_EXHAUSTED;
    bool is_gone = text_equal(status.reason, requester_gone.reason);
    return is_final(execution, no, &status)
               ? end(execution, is_gone ? APPROVAL_CANCELLED : APPROVAL_FAILED, status.reason)
               : FAILURE_UNAVAILABLE;
}

enum failure approval_carry_out(struct task *task, struct gateway *gateway, struct id approval_id,
                                const char **outcome)
{
    struct execution execution = {.task = task, .gateway = gateway};
    bool found;
    *outcome = SAGA_DONE;
    enum failure failure = read_facts(&execution, approval_id, &found);
    if (failure != FAILURE_NONE || !found || execution.approval.state != APPROVAL_APPROVED)
        return failure;
    if (!may_be_done(&execution) &&
        approval_is_stale(execution.approval.expire_us, clock_of_us(execution.approval.account_id)))
        return end(&execution, APPROVAL_EXPIRED, "");
    struct call *call = call_within(task, gateway->server, execution.approval.rpc);
    if (call == NULL)
        return FAILURE_INTERNAL;
    failure =
        begin(&execution, call) ? finish(&execution, call, perform(&execution)) : FAILURE_INTERNAL;
    call_within_end(call);
    return failure;
}
