/* How accounts stand at their line, and what runners have done about it (A.6). */
#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_change.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/store/ladder_store.h"
#include "ledger/store/suspension_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define set_suspension_policy_read set_suspension_policy_read
#define set_suspension_policy_refused set_suspension_policy_refused
#define record_notice_read record_notice_read
#define acknowledge_suspension_read acknowledge_suspension_read
#include "ledger/service/suspension_rpc.h"

static Google__Protobuf__Timestamp *moment(struct arena *arena, int64_t time_us)
{
    return time_us != 0 ? timestamp_from_us(arena, time_us) : NULL;
}

static Ledger__V1__Suspension *to_message(struct call *call, const struct account *account)
{
    struct arena *arena = call_arena(call);
    Ledger__V1__Suspension *message = message_new(arena, &ledger__v1__suspension__descriptor);
    message->account_id = id_to_message(arena, account->id);
    message->policy = (Ledger__V1__SuspensionPolicy)account->suspension_policy;
    message->state = (Ledger__V1__SuspensionState)suspension_state(account);
    message->stop_time = moment(arena, account->stop_due_us);
    if (account->turned_us != 0)
        message->suspension_id = id_to_message(arena, suspension_id(account));
    message->turn_time = moment(arena, account->turned_us);
    message->release_time = moment(arena, suspension_release_us(account));
    message->warned_time = moment(arena, account->warned_us);
    return message;
}

/* ---- notices ---- */

static Ledger__V1__SuspensionNotice *notice_to_message(struct arena *arena,
                                                       const struct suspension_notice *notice)
{
    Ledger__V1__SuspensionNotice *message =
        message_new(arena, &ledger__v1__suspension_notice__descriptor);
    message->notice_id = id_to_message(arena, notice->notice_id);
    message->channel = (Ledger__V1__NoticeChannel)notice->channel;
    message->rung = (Ledger__V1__SuspensionRung)notice->rung;
    message->rungs = arena_alloc_array(arena, RUNG_SUSPENDED + 1, sizeof *message->rungs);
    for (enum rung rung = RUNG_FIVE_DAYS; rung <= RUNG_SUSPENDED; rung++)
        if ((notice->rungs & RUNG_BIT(rung)) != 0)
            message->rungs[message->n_rungs++] = (Ledger__V1__SuspensionRung)rung;
    message->raise_time = timestamp_from_us(arena, notice->raised_us);
    message->deliver_time = moment(arena, notice->delivered_us);
    return message;
}

static int put_notices(struct call *call, const struct account *account,
                       Ledger__V1__GetSuspensionResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct notice_list list;
    bool is_stopped = account->suspended && account->turned_us != 0;
    int no = ladder_store_list_notices(reader_of(call_task(call), ledger->database), account->id,
                                       is_stopped ? account->turned_us : MOMENT_MAX_US - 1, &list);
    if (no != 0)
        return no;
    response->notices = arena_alloc_array(arena, list.count + 1, sizeof *response->notices);
    for (size_t i = 0; i < list.count; i++)
        response->notices[response->n_notices++] = notice_to_message(arena, &list.items[i]);
    return 0;
}

static void record_notice_read(struct call *call, const Ledger__V1__RecordNoticeRequest *message,
                               struct record_notice *request)
{
    record_notice_fields(call, message, request);
    if ((int)request->rung < RUNG_FIVE_DAYS || (int)request->rung > RUNG_SUSPENDED)
        call_add_field_violation(call, "rung", FAULT_UNKNOWN_VALUE, "is none of the rungs");
    if ((int)request->channel < NOTICE_EMAIL || (int)request->channel > NOTICE_SMS)
        call_add_field_violation(call, "channel", FAULT_UNKNOWN_VALUE, "is EMAIL or SMS");
    if (!request->has_deliver_time)
        call_add_field_violation(call, "deliver_time", FAULT_REQUIRED, "is required");
}

struct delivery {
    struct suspension_notice notice;
    bool found;
};

/* Under the lock of the account's chain, for what it is warned by decides orders. */
static enum failure record(struct transaction *transaction, void *argument)
{
    struct delivery *delivery = argument;
    struct suspension_notice *notice = &delivery->notice;
    struct locked_account locked;
    enum failure failure = account_store_find(transaction, notice->account_id, &locked);
    delivery->found = failure == FAILURE_NONE && locked.found;
    if (!delivery->found)
        return failure;
    notice->raised_us = clock_of_us(locked.account.company_id);
    failure = ladder_store_keep_notice(transaction, notice);
    if (failure != FAILURE_NONE || !ladder_warns(notice->rung) ||
        locked.account.warned_us >= notice->delivered_us)
        return failure;
    locked.account.warned_us = notice->delivered_us;
    return account_store_update_facts(transaction, &locked);
}

static int record_notice(struct call *call, const struct record_notice *request,
                         Ledger__V1__RecordNoticeResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct delivery delivery = {.notice = {.account_id = request->account_id,
                                           .notice_id = request->notice_id,
                                           .channel = (enum notice_channel)request->channel,
                                           .rung = (enum rung)request->rung,
                                           .rungs = RUNG_BIT((unsigned)request->rung),
                                           .delivered_us = request->deliver_us}};
    (void)response;
    int no = database_transact(call_task(call), ledger->database, ISOLATION_READ_COMMITTED, record,
                               &delivery);
    return no != 0 || delivery.found ? no : call_refuse(call, &account_unknown, NO_TERMS);
}

/* ---- reads ---- */

static int get_suspension(struct call *call, const struct get_suspension *request,
                          Ledger__V1__GetSuspensionResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct account account;
    struct acknowledgement_list list;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no == 0)
        no = suspension_store_list(reader_of(call_task(call), ledger->database), &account, &list);
    if (no != 0)
        return no;
    response->suspension = to_message(call, &account);
    response->acknowledgements =
        arena_alloc_array(arena, list.count + 1, sizeof *response->acknowledgements);
    for (size_t i = 0; i < list.count; i++) {
        Ledger__V1__SuspensionAcknowledgement *said =
            message_new(arena, &ledger__v1__suspension_acknowledgement__descriptor);
        said->runner = arena_strdup(arena, list.items[i].runner);
        said->acknowledge_time = timestamp_from_us(arena, list.items[i].acknowledged_us);
        response->acknowledgements[response->n_acknowledgements++] = said;
    }
    return put_notices(call, &account, response);
}

static ProtobufCMessage *listed(struct call *call, const void *row)
{
    return &to_message(call, row)->base;
}

static int
list_unacknowledged_suspensions(struct call *call,
                                const struct list_unacknowledged_suspensions *request,
                                Ledger__V1__ListUnacknowledgedSuspensionsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct unacknowledged_list list;
    int no = suspension_store_list_unacknowledged(reader_of(call_task(call), ledger->database),
                                                  request->before_id,
                                                  page_limit(request->page_size), &list);
    return no != 0 ? no
                   : page_answer(call, PAGE(request->page_size, list.items, list.count, id, listed),
                                 &response->base);
}

/* ---- policies ---- */

static void set_suspension_policy_read(struct call *call,
                                       const Ledger__V1__SetSuspensionPolicyRequest *message,
                                       struct set_suspension_policy *request)
{
    set_suspension_policy_fields(call, message, request);
    field_text(call, "remark", request->remark, 0, ORDER_REMARK_SIZE_MAX);
    if (suspension_policy_name((enum suspension_policy)request->policy) == NULL)
        call_add_field_violation(call, "policy", FAULT_UNKNOWN_VALUE,
                                 "is IMMEDIATE, DELAY or NONE");
}

/* GW-07: to which, and why. */
static enum failure note_policy(struct mutation *mutation,
                                const struct set_suspension_policy *request,
                                const struct locked_account *locked)
{
    const char *remark =
        arena_printf(call_arena(mutation->call), "%s%s%s",
                     suspension_policy_name((enum suspension_policy)request->policy),
                     text_is_empty(request->remark) ? "" : ": ", request->remark);
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_suspension_policy",
                                           .currency = "",
                                           .remark = remark});
}

static enum failure set_suspension_policy_refused(struct mutation *mutation,
                                                  const struct set_suspension_policy *request)
{
    return note_policy(mutation, request, NULL);
}

static int set_suspension_policy(struct mutation *mutation,
                                 const struct set_suspension_policy *request,
                                 Ledger__V1__SetSuspensionPolicyResponse *response)
{
    struct locked_account locked;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no != 0)
        return no;
    const struct refusal *refusal = suspension_policy_decide(locked.found ? &locked.account : NULL);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    suspension_policy_set(&locked.account, (enum suspension_policy)request->policy);
    no = account_change_keep(mutation, &locked);
    if (no == 0)
        no = note_policy(mutation, request, &locked);
    response->suspension = to_message(mutation->call, &locked.account);
    return no;
}

/* ---- runners ---- */

static void acknowledge_suspension_read(struct call *call,
                                        const Ledger__V1__AcknowledgeSuspensionRequest *message,
                                        struct acknowledge_suspension *request)
{
    acknowledge_suspension_fields(call, message, request);
    field_text(call, "runner", request->runner, 1, SUSPENSION_RUNNER_SIZE_MAX);
}

static int acknowledge_suspension(struct mutation *mutation,
                                  const struct acknowledge_suspension *request,
                                  Ledger__V1__AcknowledgeSuspensionResponse *response)
{
    struct locked_account locked;
    struct account *account = &locked.account;
    const struct acknowledgement said = {request->runner, mutation->now_us};
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no != 0)
        return no;
    const struct refusal *refusal =
        acknowledging_decide(locked.found ? account : NULL, request->suspension_id);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    acknowledging_set(account);
    no = suspension_store_acknowledge(mutation->transaction, account, &said);
    if (no == 0)
        no = account_store_update_facts(mutation->transaction, &locked);
    response->suspension = to_message(mutation->call, account);
    return no;
}
