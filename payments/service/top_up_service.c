#include <string.h>

#include "payments/service/attempts.h"
#include "payments/jobs/top_up_event.h"
#include "payments/top_up_message.h"
#include "payments/service/top_up_desk.h"
#include "payments/store/account_store.h"
#include "payments/store/payment_method_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"

#define create_top_up_by_hand /* wakes the job of top-ups when it is done */
#define mark_credited_by_hand /* the desk's */
#define list_top_ups_read list_top_ups_read
#define record_wire_receipt_read record_wire_receipt_read
#include "payments/service/top_up_rpc.h"

#define STATEMENT_NAME_BYTES_MAX 64

/* ---- CreateTopUp ---- */

struct top_up_request {
    struct top_up top_up; /* as it would be made */
    char wire_reference[WIRE_REFERENCE_SIZE];
};

static enum failure facts_load(struct mutation *mutation, const struct top_up *top_up,
                               struct top_up_facts *facts)
{
    struct payments *payments = call_context(mutation->call);
    struct account *target;
    struct payment_method *method = NULL;
    enum failure failure =
        account_store_look(mutation->transaction, top_up->target_account_id, &target);
    if (failure == FAILURE_NONE && top_up->rail == TOP_UP_CARD)
        failure = payment_method_store_look(mutation->transaction, top_up->account_id,
                                            top_up->payment_method_id, &method);
    int64_t day_micros = 0;
    if (failure == FAILURE_NONE && top_up->rail == TOP_UP_CARD)
        failure =
            top_up_store_sum_by_card(mutation->transaction, top_up->account_id, top_up->currency,
                                     clock_now_us() - TOP_UP_DAY_US, &day_micros);
    if (failure != FAILURE_NONE)
        return failure;
    *facts = (struct top_up_facts){
        .target_known = target != NULL,
        .target_closed = target != NULL && target->closed,
        .target_currency = target != NULL ? target->currency : NULL,
        .rail_connected = payments->provider->serves_rail(payments->provider, top_up->rail),
        .method_found = method != NULL,
        .method_state = method != NULL ? method->state : PAYMENT_METHOD_FAILED,
        .method_expired = method != NULL && card_expiry_is_past(method->expiry, clock_now_us()),
        .day_micros = day_micros,
    };
    return FAILURE_NONE;
}

/* PAY-26: which ceiling, what is used of it, what was asked, what is left. */
static int refuse_above_ceiling(struct call *call, enum top_up_verdict verdict,
                                const struct top_up *top_up, const struct top_up_facts *facts)
{
    char ceiling[AMOUNT_TEXT_SIZE], used[AMOUNT_TEXT_SIZE], asked[AMOUNT_TEXT_SIZE],
        left[AMOUNT_TEXT_SIZE];
    bool of_day = verdict == TOP_UP_ABOVE_DAY_CEILING;
    int64_t ceiling_micros = of_day ? TOP_UP_DAY_CEILING_MICROS : TOP_UP_CEILING_MICROS;
    int64_t left_of_day_micros = TOP_UP_DAY_CEILING_MICROS - facts->day_micros;
    int64_t left_micros =
        left_of_day_micros < TOP_UP_CEILING_MICROS ? left_of_day_micros : TOP_UP_CEILING_MICROS;
    return payments_refuse(
        call, top_up_refusal(verdict),
        REFUSAL_TERMS(
            {"rule", "PAY-26"}, {"limit", of_day ? "DAY" : "TOP_UP"},
            {"ceiling", amount_format(ceiling_micros, top_up->currency, ceiling)},
            {"used", amount_format(facts->day_micros, top_up->currency, used)},
            {"asked", amount_format(top_up->amount_micros, top_up->currency, asked)},
            {"left", amount_format(left_micros > 0 ? left_micros : 0, top_up->currency, left)},
            {"currency", top_up->currency->code}));
}

static int refuse_top_up(struct call *call, enum top_up_verdict verdict,
                         const struct top_up *top_up, const struct top_up_facts *facts)
{
    const struct refusal *refusal = top_up_refusal(verdict);
    const char *currency = top_up->currency->code;
    char amount[AMOUNT_TEXT_SIZE];
    if (verdict == TOP_UP_BELOW_MINIMUM)
        return payments_refuse(
            call, refusal,
            REFUSAL_TERMS({"minimum", amount_format(top_up_minimum_micros(top_up->currency),
                                                    top_up->currency, amount)},
                          {"currency", currency}));
    if (verdict == TOP_UP_WIRE_BELOW_THRESHOLD)
        return payments_refuse(
            call, refusal,
            REFUSAL_TERMS({"threshold", amount_format(wire_threshold_micros(top_up->currency),
                                                      top_up->currency, amount)},
                          {"currency", currency}));
    if (verdict == TOP_UP_ABOVE_CEILING || verdict == TOP_UP_ABOVE_DAY_CEILING)
        return refuse_above_ceiling(call, verdict, top_up, facts);
    if (verdict == TOP_UP_CURRENCY_MISMATCH)
        return payments_refuse(call, refusal,
                               REFUSAL_TERMS({"currency", facts->target_currency->code}));
    if (verdict == TOP_UP_RAIL_NOT_AVAILABLE)
        return payments_refuse(call, refusal,
                               REFUSAL_TERMS({"rail", top_up_rail_name(top_up->rail)}));
    if (verdict == TOP_UP_METHOD_NOT_ACTIVE)
        return payments_refuse(
            call, refusal,
            REFUSAL_TERMS({"state", facts->method_expired
                                        ? "EXPIRED"
                                        : payment_method_state_name(facts->method_state)}));
    return payments_refuse(call, refusal, NO_TERMS);
}

static void top_up_make(struct top_up_request *order, int64_t now_us)
{
    uint8_t seed[32];
    struct top_up *top_up = &order->top_up;
    top_up->top_up_id = id_new(now_us);
    top_up->created_us = now_us;
    top_up->state = top_up->rail == TOP_UP_WIRE ? TOP_UP_AWAITING_FUNDS : TOP_UP_CREATED;
    top_up->failure_reason = top_up->failure_advice = top_up->suspense_reason = "";
    sha256(top_up->top_up_id.bytes, sizeof top_up->top_up_id.bytes, seed);
    top_up->wire_reference =
        top_up->rail == TOP_UP_WIRE ? wire_reference_make(seed, order->wire_reference) : NULL;
}

/* S5: a charge by card is counted before the provider is asked. */
static int count_charge(struct mutation *mutation, const struct top_up *top_up)
{
    uint8_t card[CARD_FINGERPRINT_SIZE];
    struct attempt_by by;
    bool found = false;
    int no = payment_method_store_fingerprint(mutation->transaction, top_up->account_id,
                                              top_up->payment_method_id, card, &found);
    if (no == 0 && !found)
        no = FAILURE_INTERNAL;
    if (no != 0)
        return no;
    attempts_read(mutation->call, ATTEMPT_CHARGE_CARD, top_up->account_id, card, &by);
    no = attempts_count(mutation->transaction, &by);
    if (no == 0)
        no = attempts_judge(mutation->call, &by);
    return no == 0 ? attempts_keep(mutation->transaction, &by, top_up->top_up_id) : no;
}

static int create_top_up_once(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *base)
{
    Payments__V1__CreateTopUpResponse *response = (Payments__V1__CreateTopUpResponse *)base;
    struct top_up_request order = *(const struct top_up_request *)argument;
    struct top_up *top_up = &order.top_up;
    struct top_up_facts facts;
    struct account *payer;
    int no = account_store_enter(mutation->transaction, top_up->account_id, &payer);
    if (no == 0)
        no = facts_load(mutation, top_up, &facts);
    if (no != 0)
        return no;
    const struct top_up_order wanted = {top_up->rail, top_up->amount_micros, top_up->currency,
                                        top_up->remark};
    enum top_up_verdict verdict = top_up_decide(&wanted, &facts);
    if (verdict != TOP_UP_ACCEPTED)
        return refuse_top_up(mutation->call, verdict, top_up, &facts);
    int64_t now_us = clock_now_us();
    top_up_make(&order, now_us);
    no = top_up->rail == TOP_UP_CARD ? count_charge(mutation, top_up) : 0;
    if (no != 0)
        return no;
    no = top_up_store_insert(mutation->transaction, top_up, now_us);
    if (no == 0 &&
        (response->top_up = top_up_to_message(call_arena(mutation->call), top_up, now_us)) == NULL)
        no = FAILURE_EXHAUSTED;
    return no;
}

static void read_method(struct call *call, const Payments__V1__CreateTopUpRequest *request,
                        struct top_up *top_up)
{
    if (!top_up_rail_from_message(request->rail, &top_up->rail))
        call_add_field_violation(call, "rail", FAULT_UNKNOWN_VALUE,
                                 "Must be CARD, ALIPAY, UNIONPAY or WIRE.");
    else if (top_up->rail == TOP_UP_CARD)
        top_up->payment_method_id = field_id(call, "payment_method_id", request->payment_method_id);
    else if (!text_is_empty(request->payment_method_id))
        call_add_field_violation(call, "payment_method_id", FAULT_NOT_ALLOWED,
                                 "Must be empty for this rail.");
}

static int top_up_service_create_top_up_call(struct call *call,
                                             const Payments__V1__CreateTopUpRequest *request,
                                             Payments__V1__CreateTopUpResponse *response)
{
    struct payments *payments = call_context(call);
    struct top_up_request order = {
        .top_up = {
            .account_id = field_id(call, "account_id", request->account_id),
            .target_account_id =
                field_id(call, "target_account_id", request->target_account_id), /* PAY-15 */
            .amount_micros = request->amount_micros,
            .currency = field_currency(call, "currency", request->currency),
            .remark = request->remark,
        }};
    read_method(call, request, &order.top_up);
    field_text(call, "remark", request->remark, 0, TOP_UP_REMARK_BYTES_MAX); /* PAY-17 */
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = CALL_ONCE(call, payments->database, order.top_up.account_id, request, response,
                       create_top_up_once, &order);
    if (no == 0)
        loop_job_wake(payments->top_up_job);
    return no;
}
RPC_UNARY(top_up_service_create_top_up, Payments__V1__TopUpService,
          Payments__V1__CreateTopUpRequest, Payments__V1__CreateTopUpResponse)

/* ---- GetTopUp, ListTopUps ---- */

static int get_top_up(struct call *call, const struct get_top_up *request,
                      Payments__V1__GetTopUpResponse *response)
{
    struct payments *payments = call_context(call);
    struct top_up *top_up;
    int no =
        top_up_store_find(reader_of(call_task(call), payments->database),
                          (struct top_up_key){request->account_id, request->top_up_id}, &top_up);
    if (no != 0)
        return no;
    if (top_up == NULL)
        return payments_refuse(call, credit_refusal(CREDIT_TOP_UP_NOT_FOUND), NO_TERMS);
    response->top_up = top_up_to_message(call_arena(call), top_up, clock_now_us());
    return response->top_up != NULL ? 0 : FAILURE_EXHAUSTED;
}

static void list_top_ups_read(struct call *call, const Payments__V1__ListTopUpsRequest *message,
                              struct list_top_ups *request)
{
    list_top_ups_fields(call, message, request);
    field_text(call, "remark_contains", request->remark_contains, 0, TOP_UP_REMARK_BYTES_MAX);
}

static int list_top_ups(struct call *call, const struct list_top_ups *request,
                        Payments__V1__ListTopUpsResponse *response)
{
    struct payments *payments = call_context(call);
    struct top_up *top_ups;
    size_t count = 0;
    const struct top_up_filter filter = {.account_id = request->account_id,
                                         .below_id = request->before_id,
                                         .remark_contains = request->remark_contains,
                                         .limit = page_limit(request->page_size)};
    int no = top_up_store_list(reader_of(call_task(call), payments->database), &filter, &top_ups,
                               &count);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, top_ups, count, top_up_id, top_up_row_to_message),
                         &response->base);
}

/* ---- MarkCredited ---- */

static int top_up_service_mark_credited_call(struct call *call,
                                             const Payments__V1__MarkCreditedRequest *request,
                                             Payments__V1__MarkCreditedResponse *response)
{
    return top_up_mark_credited(call, request, response);
}
RPC_UNARY(top_up_service_mark_credited, Payments__V1__TopUpService,
          Payments__V1__MarkCreditedRequest, Payments__V1__MarkCreditedResponse)

/* ---- RecordWireReceipt ---- */

static enum failure receive_wire(struct mutation *mutation, struct top_up *top_up,
                                 const struct wire_receipt *receipt)
{
    const char *principal_id = call_header(mutation->call, "kontor-principal-id");
    enum failure failure =
        wire_receipt_store_insert(mutation->transaction, receipt, top_up->top_up_id,
                                  principal_id != NULL ? principal_id : "", clock_now_us());
    if (failure == FAILURE_NONE)
        failure = top_up_store_receive_wire(mutation->transaction, top_up, receipt->amount_micros,
                                            receipt->statement_line);
    top_up->amount_micros = receipt->amount_micros; /* what came counts, whatever was ordered */
    if (failure == FAILURE_NONE)
        failure = top_up_move(mutation->transaction, top_up, TOP_UP_PAID, clock_now_us());
    return failure == FAILURE_NONE
               ? top_up_tell_succeeded(mutation->transaction, top_up, top_up->succeeded_us)
               : failure;
}

static enum failure wire_facts_load(struct transaction *transaction, const char *wire_reference,
                                    const struct wire_receipt *receipt, struct top_up **top_up,
                                    struct wire_facts *facts)
{
    enum failure failure = top_up_store_find_wire(transaction, wire_reference, top_up);
    *facts = (struct wire_facts){.found = failure == FAILURE_NONE && *top_up != NULL};
    if (!facts->found)
        return failure;
    facts->top_up_id = (*top_up)->top_up_id;
    facts->account_id = (*top_up)->account_id;
    facts->currency = (*top_up)->currency;
    facts->state = (*top_up)->state;
    return wire_receipt_store_find(transaction, receipt, facts);
}

static int refuse_wire(struct call *call, enum wire_verdict verdict, const struct wire_facts *facts)
{
    char recorded[ID_TEXT_SIZE];
    if (verdict == WIRE_CURRENCY_MISMATCH)
        return payments_refuse(call, wire_refusal(verdict),
                               REFUSAL_TERMS({"currency", facts->currency->code}));
    if (verdict == WIRE_LINE_RECORDED)
        return payments_refuse(
            call, wire_refusal(verdict),
            REFUSAL_TERMS({"top_up_id", id_format(facts->recorded_top_up_id, recorded)}));
    if (verdict == WIRE_NOT_AWAITED)
        return payments_refuse(call, wire_refusal(verdict),
                               REFUSAL_TERMS({"state", top_up_state_name(facts->state)}));
    return payments_refuse(call, wire_refusal(verdict), NO_TERMS);
}

static void record_wire_receipt_read(struct call *call,
                                     const Payments__V1__RecordWireReceiptRequest *message,
                                     struct record_wire_receipt *request)
{
    record_wire_receipt_fields(call, message, request);
    if (!wire_reference_is_valid(request->wire_reference))
        call_add_field_violation(call, "wire_reference", FAULT_MALFORMED,
                                 "Must be a reference whose check digits hold.");
    field_text(call, "bank", request->bank, 1, STATEMENT_NAME_BYTES_MAX);
    field_text(call, "statement", request->statement, 1, STATEMENT_NAME_BYTES_MAX);
    field_text(call, "statement_line", request->statement_line, 1, STATEMENT_NAME_BYTES_MAX);
}

static int record_wire_receipt(struct mutation *mutation, const struct record_wire_receipt *request,
                               Payments__V1__RecordWireReceiptResponse *response)
{
    const struct wire_receipt receipt = {request->bank,           request->statement,
                                         request->statement_line, request->account_id,
                                         request->amount_micros,  request->currency};
    struct top_up *top_up;
    struct wire_facts facts;
    int no =
        wire_facts_load(mutation->transaction, request->wire_reference, &receipt, &top_up, &facts);
    if (no != 0)
        return no;
    enum wire_verdict verdict = wire_decide(&receipt, &facts);
    if (verdict != WIRE_ACCEPTED && verdict != WIRE_REPEATED)
        return refuse_wire(mutation->call, verdict, &facts);
    if (verdict == WIRE_ACCEPTED)
        no = receive_wire(mutation, top_up, &receipt);
    if (no == 0 && (response->top_up = top_up_to_message(call_arena(mutation->call), top_up,
                                                         clock_now_us())) == NULL)
        no = FAILURE_EXHAUSTED;
    return no;
}
