#include "payments/service/top_up_desk.h"

#include "payments/service/start.h"
#include "payments/jobs/top_up.h"
#include "payments/jobs/top_up_event.h"
#include "payments/top_up_message.h"
#include "payments/v1/top_up_desk.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"

#define REASON_BYTES_MAX 64

/* One of these calls, as its body sees it. */
struct received {
    struct top_up_key key;
    const char *text; /* why: a reason, a remark, a bank's reference; "" for none */
    Payments__V1__TopUp **answer;
};

enum failure top_up_move(struct transaction *transaction, struct top_up *top_up,
                         enum top_up_event event, int64_t now_us)
{
    struct top_up_change change = {
        .failure_reason = "", .failure_advice = "", .next_us = now_us, .now_us = now_us};
    bool changed = false;
    change.tries = event == TOP_UP_CREDIT_FORGONE ? 0 : top_up->tries;
    if (!top_up_transition(top_up->state, event, &change.next))
        return FAILURE_INTERNAL;
    enum failure failure = top_up_store_change(transaction, top_up, &change, &changed);
    if (failure == FAILURE_NONE && !changed)
        return FAILURE_CONFLICT; /* a concurrent caller was faster: decide again */
    top_up->state = change.next;
    top_up->failure_reason = top_up->failure_advice = "";
    if (change.next == TOP_UP_SUCCEEDED)
        top_up->succeeded_us = now_us;
    if (change.next == TOP_UP_CREDITED)
        top_up->credited_us = now_us;
    if (change.next == TOP_UP_RETURNED)
        top_up->returned_us = now_us;
    return failure;
}

static struct received_facts facts_of(const struct top_up *top_up)
{
    if (top_up == NULL)
        return (struct received_facts){.found = false};
    return (struct received_facts){true, top_up->state, top_up->rail, top_up->failure_reason};
}

static int refuse(struct call *call, const struct refusal *refusal, const struct top_up *top_up)
{
    return payments_refuse(
        call, refusal,
        top_up != NULL ? REFUSAL_TERMS({"state", top_up_state_name(top_up->state)}) : NO_TERMS);
}

static int answer(struct call *call, const struct received *received, const struct top_up *top_up)
{
    *received->answer = top_up_to_message(call_arena(call), top_up, clock_now_us());
    return *received->answer != NULL ? 0 : FAILURE_EXHAUSTED;
}

/* ---- what the gateway's sagas tell ---- */

/* REPEATED changes nothing; *top_up is moved when the verdict accepts. Other than 0: to be
 * returned. */
static int tell(struct mutation *mutation, const struct received *received,
                enum credit_verdict (*decide)(const struct received_facts *),
                enum top_up_event event, struct top_up **top_up, bool *moved)
{
    *moved = false;
    int no = top_up_store_look(mutation->transaction, received->key, top_up);
    if (no != 0)
        return no;
    struct received_facts facts = facts_of(*top_up);
    enum credit_verdict verdict = decide(&facts);
    if (verdict != CREDIT_ACCEPTED && verdict != CREDIT_REPEATED)
        return refuse(mutation->call, credit_refusal(verdict), *top_up);
    if (verdict == CREDIT_ACCEPTED)
        no = top_up_move(mutation->transaction, *top_up, event, clock_now_us());
    *moved = verdict == CREDIT_ACCEPTED;
    return no;
}

static int mark_credited_once(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *response)
{
    struct top_up *top_up;
    bool moved;
    (void)response;
    int no = tell(mutation, argument, credit_decide, TOP_UP_LEDGER_CREDITED, &top_up, &moved);
    return no == 0 ? answer(mutation->call, argument, top_up) : no;
}

static int mark_in_suspense_once(struct mutation *mutation, const void *argument,
                                 ProtobufCMessage *response)
{
    const struct received *received = argument;
    struct top_up *top_up;
    bool moved;
    (void)response;
    int no = tell(mutation, received, suspense_decide, TOP_UP_NOT_CREDITABLE, &top_up, &moved);
    if (no != 0 || !moved)
        return no == 0 ? answer(mutation->call, received, top_up) : no;
    top_up->suspense_reason = received->text;
    top_up->suspense_us = clock_now_us();
    no = top_up_store_suspend(mutation->transaction, received->key, received->text,
                              top_up->suspense_us);
    if (no == 0)
        log_write(LOG_WARN, "top_up_in_suspense", log_id("top_up_id", top_up->top_up_id),
                  log_text("reason", received->text));
    return no == 0 ? answer(mutation->call, received, top_up) : no;
}

static int start_refund_once(struct mutation *mutation, const void *argument,
                             ProtobufCMessage *response)
{
    struct top_up *top_up;
    bool moved;
    (void)response;
    int no = tell(mutation, argument, forgo_decide, TOP_UP_CREDIT_FORGONE, &top_up, &moved);
    return no == 0 ? answer(mutation->call, argument, top_up) : no;
}

/* ---- what operators decide ---- */

static enum failure note(struct mutation *mutation, const struct received *received,
                         const char *act)
{
    const char *principal_id = call_header(mutation->call, "kontor-principal-id");
    const struct top_up_act done = {act, principal_id != NULL ? principal_id : "", received->text,
                                    clock_now_us()};
    log_write(LOG_INFO, "top_up_act", log_text("act", act),
              log_id("top_up_id", received->key.top_up_id),
              log_text("principal_id", done.principal_id));
    return top_up_store_note(mutation->transaction, received->key, &done);
}

/* The top-up when the verdict accepts and the act is noted. Other than 0: to be returned. */
static int act(struct mutation *mutation, const struct received *received,
               enum desk_verdict (*decide)(const struct received_facts *), const char *name,
               struct top_up **top_up)
{
    int no = top_up_store_look(mutation->transaction, received->key, top_up);
    if (no != 0)
        return no;
    struct received_facts facts = facts_of(*top_up);
    enum desk_verdict verdict = decide(&facts);
    if (verdict != DESK_ACCEPTED)
        return refuse(mutation->call, desk_refusal(verdict), *top_up);
    return note(mutation, received, name);
}

static enum failure tell_return_decided(struct transaction *transaction,
                                        const struct top_up *top_up)
{
    Payments__V1__TopUpReturnDecided event = PAYMENTS__V1__TOP_UP_RETURN_DECIDED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.remark = arena_strdup(arena, top_up->remark);
    return payments_tell(transaction, top_up->account_id, &event.base, clock_now_us());
}

static int return_top_up_once(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *response)
{
    struct top_up *top_up;
    (void)response;
    int no = act(mutation, argument, return_decide, "RETURN", &top_up);
    if (no != 0)
        return no;
    no = top_up_move(mutation->transaction, top_up, TOP_UP_RETURN_DECIDED, clock_now_us());
    if (no == 0)
        no = tell_return_decided(mutation->transaction, top_up);
    return no == 0 ? answer(mutation->call, argument, top_up) : no;
}

static int record_return_once(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *response)
{
    struct top_up *top_up;
    (void)response;
    int no = act(mutation, argument, paid_back_decide, "RECORD_RETURN", &top_up);
    if (no != 0)
        return no;
    no = top_up_move(mutation->transaction, top_up, TOP_UP_PAID_BACK, clock_now_us());
    if (no == 0)
        no = top_up_tell_returned(mutation->transaction, top_up, top_up->returned_us);
    return no == 0 ? answer(mutation->call, argument, top_up) : no;
}

static int redrive_once(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    struct top_up *top_up;
    (void)response;
    int no = act(mutation, argument, redrive_decide, "REDRIVE", &top_up);
    if (no != 0)
        return no;
    if (top_up->state == TOP_UP_REFUNDING)
        no = top_up_move(mutation->transaction, top_up, TOP_UP_CREDIT_FORGONE, clock_now_us());
    return no == 0 ? answer(mutation->call, argument, top_up) : no;
}

/* ---- the rpcs ---- */

/* field "" and bytes_max 0: the request says no text. */
static int receive(struct call *call, struct received *received, const char *field,
                   size_t bytes_max, const char *request_id, const ProtobufCMessage *request,
                   mutation_body *body, ProtobufCMessage *response)
{
    struct payments *payments = call_context(call);
    if (bytes_max > 0)
        field_text(call, field, received->text, 1, bytes_max);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = call_once(call, &(const struct once){.database = payments->database,
                                                  .scope_id = received->key.account_id,
                                                  .request_id = request_id,
                                                  .message = request,
                                                  .response = response,
                                                  .body = body,
                                                  .request = received});
    if (no == 0)
        loop_job_wake(payments->top_up_job);
    return no;
}

#define RECEIVED_RPC(rpc, Message, body, field, text, bytes_max)                               \
    static int desk_service_##rpc##_call(struct call *call,                                    \
                                         const Payments__V1__##Message##Request *request,      \
                                         Payments__V1__##Message##Response *response)          \
    {                                                                                          \
        struct top_up_key key = {field_id(call, "account_id", request->account_id),            \
                                 field_id(call, "top_up_id", request->top_up_id)};             \
        struct received received = {key, text, &response->top_up};                             \
        return receive(call, &received, field, bytes_max, request->request_id, &request->base, \
                       body, &response->base);                                                 \
    }                                                                                          \
    RPC_UNARY(desk_service_##rpc, Payments__V1__TopUpDeskService,                              \
              Payments__V1__##Message##Request, Payments__V1__##Message##Response)

RECEIVED_RPC(mark_in_suspense, MarkInSuspense, mark_in_suspense_once, "reason", request->reason,
             REASON_BYTES_MAX)
RECEIVED_RPC(start_refund, StartRefund, start_refund_once, "", "", 0)
RECEIVED_RPC(return_top_up, ReturnTopUp, return_top_up_once, "remark", request->remark,
             TOP_UP_REMARK_BYTES_MAX)
RECEIVED_RPC(record_return, RecordReturn, record_return_once, "bank_reference",
             request->bank_reference, TOP_UP_REMARK_BYTES_MAX)

int top_up_mark_credited(struct call *call, const Payments__V1__MarkCreditedRequest *request,
                         Payments__V1__MarkCreditedResponse *response)
{
    struct top_up_key key = {field_id(call, "account_id", request->account_id),
                             field_id(call, "top_up_id", request->top_up_id)};
    struct received received = {key, "", &response->top_up};
    return receive(call, &received, "", 0, request->request_id, &request->base, mark_credited_once,
                   &response->base);
}

/* The act is kept first; what the provider says then is applied as the webhook's would be, and
 * never charges. */
static int desk_service_redrive_top_up_call(struct call *call,
                                            const Payments__V1__RedriveTopUpRequest *request,
                                            Payments__V1__RedriveTopUpResponse *response)
{
    struct payments *payments = call_context(call);
    struct top_up_key key = {field_id(call, "account_id", request->account_id),
                             field_id(call, "top_up_id", request->top_up_id)};
    struct received received = {key, "", &response->top_up};
    struct observation seen;
    struct top_up *top_up;
    int no = receive(call, &received, "", 0, request->request_id, &request->base, redrive_once,
                     &response->base);
    if (no == 0)
        no = attempt_observe(call_task(call), payments, &top_up_attempts,
                             (struct subject_key){key.account_id, key.top_up_id}, &seen);
    if (no == 0)
        no = top_up_store_find(reader_of(call_task(call), payments->database), key, &top_up);
    return no == 0 ? answer(call, &received, top_up) : no;
}
RPC_UNARY(desk_service_redrive_top_up, Payments__V1__TopUpDeskService,
          Payments__V1__RedriveTopUpRequest, Payments__V1__RedriveTopUpResponse)

static int
desk_service_list_unsettled_top_ups_call(struct call *call,
                                         const Payments__V1__ListUnsettledTopUpsRequest *request,
                                         Payments__V1__ListUnsettledTopUpsResponse *response)
{
    struct payments *payments = call_context(call);
    struct top_up *top_ups;
    enum top_up_state state;
    bool all = request->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_UNSPECIFIED;
    size_t count = 0, page_size = field_page_size(call, request->page_size);
    struct id below_id = field_page_token(call, request->page_token);
    if (!all && !top_up_state_from_message(request->state, &state))
        call_add_field_violation(call, "state", FAULT_UNKNOWN_VALUE,
                                 "Must be a state of a top-up.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = top_up_store_list_unsettled(reader_of(call_task(call), payments->database), below_id,
                                         all ? "" : top_up_state_name(state), page_limit(page_size),
                                         &top_ups, &count);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(page_size, top_ups, count, top_up_id, top_up_row_to_message),
                                 &response->base);
}
RPC_UNARY(desk_service_list_unsettled_top_ups, Payments__V1__TopUpDeskService,
          Payments__V1__ListUnsettledTopUpsRequest, Payments__V1__ListUnsettledTopUpsResponse)

void top_up_desk_mount(struct rpc_server *server, struct payments *payments)
{
    static Payments__V1__TopUpDeskService_Service service =
        PAYMENTS__V1__TOP_UP_DESK_SERVICE__INIT(desk_service_);
    rpc_server_mount(server, &service.base, payments);
}
