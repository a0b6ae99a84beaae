#include "payments/jobs/top_up.h"
#include "payments/jobs/top_up_event.h"
#include "payments/service/received.h"
#include "payments/service/top_up_desk_request.h"
#include "payments/top_up_message.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/rpc/page.h"

static int top_up_ask_again(struct call *call, const struct redrive_top_up *request,
                            Payments__V1__RedriveTopUpResponse *response);

#define mark_in_suspense_read mark_in_suspense_read
#define start_refund_done(call, request, response) payments_wake_top_ups(call)
#define return_top_up_read return_top_up_read
#define record_return_read record_return_read
#define redrive_top_up_done top_up_ask_again
#define list_unsettled_top_ups_read list_unsettled_top_ups_read
#include "payments/service/top_up_desk_rpc.h"

#define REASON_BYTES_MAX 64

static Payments__V1__TopUp *answer_of(const struct mutation *mutation, const struct top_up *top_up)
{
    return top_up_to_message(call_arena(mutation->call), top_up, mutation->now_us);
}

/* ---- MarkInSuspense ---- */

static void mark_in_suspense_read(struct call *call,
                                  const Payments__V1__MarkInSuspenseRequest *message,
                                  struct mark_in_suspense *request)
{
    mark_in_suspense_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static int mark_in_suspense(struct mutation *mutation, const struct mark_in_suspense *request,
                            Payments__V1__MarkInSuspenseResponse *response)
{
    static const struct saga_news suspended = {suspense_decide, TOP_UP_NOT_CREDITABLE};
    const struct subject_key key = {request->account_id, request->top_up_id};
    struct top_up *top_up;
    bool moved;
    int no = received_tell(mutation, key, &suspended, &top_up, &moved);
    if (no == 0 && moved) {
        top_up->suspense_reason = request->reason;
        top_up->suspense_us = mutation->now_us;
        log_write(LOG_WARN, "top_up_in_suspense", log_id("top_up_id", top_up->top_up_id),
                  log_text("reason", request->reason));
        no = top_up_store_suspend(mutation->transaction, key, request->reason, mutation->now_us);
    }
    if (no == 0)
        response->top_up = answer_of(mutation, top_up);
    return no;
}

/* ---- StartRefund ---- */

static int start_refund(struct mutation *mutation, const struct start_refund *request,
                        Payments__V1__StartRefundResponse *response)
{
    static const struct saga_news forgone = {forgo_decide, TOP_UP_CREDIT_FORGONE};
    const struct subject_key key = {request->account_id, request->top_up_id};
    struct top_up *top_up;
    bool moved;
    int no = received_tell(mutation, key, &forgone, &top_up, &moved);
    if (no == 0)
        response->top_up = answer_of(mutation, top_up);
    return no;
}

/* ---- ReturnTopUp ---- */

static void return_top_up_read(struct call *call, const Payments__V1__ReturnTopUpRequest *message,
                               struct return_top_up *request)
{
    return_top_up_fields(call, message, request);
    field_text(call, "remark", request->remark, 1, TOP_UP_REMARK_BYTES_MAX);
}

static enum failure return_decided_event_append(struct mutation *mutation,
                                                const struct top_up *top_up)
{
    Payments__V1__TopUpReturnDecided event = PAYMENTS__V1__TOP_UP_RETURN_DECIDED__INIT;
    struct arena *arena = transaction_arena(mutation->transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.remark = arena_strdup(arena, top_up->remark);
    return payments_tell(mutation->transaction, top_up->account_id, &event.base, mutation->now_us);
}

static int return_top_up(struct mutation *mutation, const struct return_top_up *request,
                         Payments__V1__ReturnTopUpResponse *response)
{
    const struct desk_act act = {return_decide, "RETURN", request->remark};
    struct top_up *top_up;
    int no = received_act(mutation, (struct subject_key){request->account_id, request->top_up_id},
                          &act, &top_up);
    if (no == 0)
        no = received_move(mutation, top_up, TOP_UP_RETURN_DECIDED);
    if (no == 0)
        no = return_decided_event_append(mutation, top_up);
    if (no == 0)
        response->top_up = answer_of(mutation, top_up);
    return no;
}

/* ---- RecordReturn ---- */

static void record_return_read(struct call *call, const Payments__V1__RecordReturnRequest *message,
                               struct record_return *request)
{
    record_return_fields(call, message, request);
    field_text(call, "bank_reference", request->bank_reference, 1, TOP_UP_REMARK_BYTES_MAX);
}

static int record_return(struct mutation *mutation, const struct record_return *request,
                         Payments__V1__RecordReturnResponse *response)
{
    const struct desk_act act = {paid_back_decide, "RECORD_RETURN", request->bank_reference};
    struct top_up *top_up;
    int no = received_act(mutation, (struct subject_key){request->account_id, request->top_up_id},
                          &act, &top_up);
    if (no == 0)
        no = received_move(mutation, top_up, TOP_UP_PAID_BACK);
    if (no == 0)
        no = top_up_tell_returned(mutation->transaction, top_up, mutation->now_us);
    if (no == 0)
        response->top_up = answer_of(mutation, top_up);
    return no;
}

/* ---- RedriveTopUp ---- */

static int redrive_top_up(struct mutation *mutation, const struct redrive_top_up *request,
                          Payments__V1__RedriveTopUpResponse *response)
{
    const struct desk_act act = {redrive_decide, "REDRIVE", ""};
    struct top_up *top_up;
    int no = received_act(mutation, (struct subject_key){request->account_id, request->top_up_id},
                          &act, &top_up);
    if (no == 0 && top_up->state == TOP_UP_REFUNDING)
        no = received_move(mutation, top_up, TOP_UP_CREDIT_FORGONE);
    if (no == 0)
        response->top_up = answer_of(mutation, top_up);
    return no;
}

/* The act is kept already; the provider's answer is applied as after a webhook, and never charges.
 */
static int top_up_ask_again(struct call *call, const struct redrive_top_up *request,
                            Payments__V1__RedriveTopUpResponse *response)
{
    struct payments *payments = call_context(call);
    const struct subject_key key = {request->account_id, request->top_up_id};
    struct observation seen;
    struct top_up *top_up;
    int no = payments_wake_top_ups(call);
    if (no == 0)
        no = attempt_observe(call_task(call), payments, &top_up_attempts, key, &seen);
    if (no == 0)
        no = top_up_store_find(payments_reader(call), key, &top_up);
    if (no == 0)
        response->top_up = top_up_to_message(call_arena(call), top_up, clock_now_us());
    return no;
}

/* ---- ListUnsettledTopUps ---- */

static bool is_every_state(Payments__V1__TopUpState state)
{
    return state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_UNSPECIFIED;
}

static void list_unsettled_top_ups_read(struct call *call,
                                        const Payments__V1__ListUnsettledTopUpsRequest *message,
                                        struct list_unsettled_top_ups *request)
{
    enum top_up_state state;
    *request = (struct list_unsettled_top_ups){
        .state = message->state, /* of all accounts: account_id keeps nothing out */
        .page_size = field_page_size(call, message->page_size),
        .before_id = field_page_token(call, &message->base)};
    if (!is_every_state(request->state) && !top_up_state_from_message(request->state, &state))
        call_add_field_violation(call, "state", FAULT_UNKNOWN_VALUE,
                                 "Must be a state of a top-up.");
}

static int list_unsettled_top_ups(struct call *call, const struct list_unsettled_top_ups *request,
                                  Payments__V1__ListUnsettledTopUpsResponse *response)
{
    struct top_up *top_ups;
    enum top_up_state state;
    size_t count = 0;
    struct unsettled_filter filter = {
        .below_id = request->before_id, .state = "", .limit = page_limit(request->page_size)};
    if (!is_every_state(request->state) && top_up_state_from_message(request->state, &state))
        filter.state = top_up_state_name(state);
    int no = top_up_store_list_unsettled(payments_reader(call), &filter, &top_ups, &count);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, top_ups, count, top_up_id, top_up_row_to_message),
                         &response->base);
}
