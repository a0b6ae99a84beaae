#include <assert.h>

#include "payments/jobs/top_up_event.h"
#include "payments/service/attempts.h"
#include "payments/service/freeze.h"
#include "payments/service/received.h"
#include "payments/store/account_store.h"
#include "payments/store/payment_method_store.h"
#include "payments/top_up_message.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/terms.h"

#define create_top_up_read create_top_up_read
#define create_top_up_done(call, request, response) payments_wake_top_ups(call)
#define list_top_ups_read list_top_ups_read
#define record_wire_receipt_read record_wire_receipt_read
#include "payments/service/top_up_rpc.h"

#define STATEMENT_NAME_BYTES_MAX 64

/* ---- CreateTopUp ---- */

static void create_top_up_read(struct call *call, const Payments__V1__CreateTopUpRequest *message,
                               struct create_top_up *request)
{
    enum top_up_rail rail;
    create_top_up_fields(call, message, request);
    if (!top_up_rail_from_message(request->rail, &rail))
        call_add_field_violation(call, "rail", FAULT_UNKNOWN_VALUE,
                                 "Must be CARD, ALIPAY, UNIONPAY or WIRE.");
    else if (rail == TOP_UP_CARD && text_is_empty(message->payment_method_id))
        (void)field_id(call, "payment_method_id", message->payment_method_id);
    else if (rail != TOP_UP_CARD && !text_is_empty(message->payment_method_id))
        call_add_field_violation(call, "payment_method_id", FAULT_NOT_ALLOWED,
                                 "Must be empty for this rail.");
    field_text(call, "remark", request->remark, 0, TOP_UP_REMARK_BYTES_MAX); /* PAY-17 */
}

/* The top-up as it would be made. */
static struct top_up top_up_of(const struct create_top_up *request, int64_t now_us)
{
    enum top_up_rail rail = TOP_UP_CARD;
    bool known = top_up_rail_from_message(request->rail, &rail);
    assert(known);
    (void)known;
    return (struct top_up){
        .account_id = request->account_id,
        .top_up_id = id_new(now_us),
        .target_account_id = request->target_account_id, /* PAY-15 */
        .payment_method_id = request->payment_method_id,
        .rail = rail,
        .state = rail == TOP_UP_WIRE ? TOP_UP_AWAITING_FUNDS : TOP_UP_CREATED,
        .amount_micros = request->amount_micros,
        .currency = request->currency,
        .remark = request->remark,
        .failure_reason = "",
        .failure_advice = "",
        .suspense_reason = "",
        .created_us = now_us,
    };
}

static enum failure facts_load_card(struct mutation *mutation, const struct top_up *top_up,
                                    struct top_up_facts *facts)
{
    const struct subject_key key = {top_up->account_id, top_up->payment_method_id};
    struct payment_method *method;
    enum failure failure = payment_method_store_look(mutation->transaction, key, &method);
    if (failure != FAILURE_NONE)
        return failure;
    facts->method_found = method != NULL;
    facts->method_state = method != NULL ? method->state : PAYMENT_METHOD_FAILED;
    facts->method_expired = method != NULL && card_expiry_is_past(method->expiry, mutation->now_us);
    return top_up_store_sum_by_card(mutation->transaction, top_up->account_id, top_up->currency,
                                    mutation->now_us - TOP_UP_DAY_US, &facts->day_micros);
}

static enum failure facts_load(struct mutation *mutation, const struct top_up *top_up,
                               struct top_up_facts *facts)
{
    const struct payments *payments = call_context(mutation->call);
    struct account *payer, *target;
    enum failure failure = account_store_enter(mutation->transaction, top_up->account_id, &payer);
    if (failure == FAILURE_NONE)
        failure = account_store_look(mutation->transaction, top_up->target_account_id, &target);
    if (failure != FAILURE_NONE)
        return failure;
    *facts = (struct top_up_facts){
        .target_known = target != NULL,
        .target_closed = target != NULL && target->closed,
        .target_currency = target != NULL ? target->currency : NULL,
        .rail_connected = payments->provider->serves_rail(payments->provider, top_up->rail),
    };
    return top_up->rail == TOP_UP_CARD ? facts_load_card(mutation, top_up, facts) : FAILURE_NONE;
}

/* PAY-26: which ceiling, what is used of it, what was asked, what is left. */
static int refuse_above_ceiling(struct call *call, enum top_up_verdict verdict,
                                const struct top_up *top_up, const struct top_up_facts *facts)
{
    const struct top_up_ceiling ceiling = top_up_ceiling(verdict, facts->day_micros);
    const struct currency *currency = top_up->currency;
    struct arena *arena = call_arena(call);
    return payments_refuse(
        call, top_up_refusal(verdict),
        REFUSAL_TERMS({"rule", "PAY-26"}, {"limit", ceiling.limit},
                      TERM_AMOUNT("ceiling", arena, ceiling.ceiling_micros, currency),
                      TERM_AMOUNT("used", arena, ceiling.used_micros, currency),
                      TERM_AMOUNT("asked", arena, top_up->amount_micros, currency),
                      TERM_AMOUNT("left", arena, ceiling.left_micros, currency),
                      {"currency", currency->code}));
}

static int refuse_top_up(struct call *call, enum top_up_verdict verdict,
                         const struct top_up *top_up, const struct top_up_facts *facts)
{
    const struct refusal *refusal = top_up_refusal(verdict);
    const struct currency *currency = top_up->currency;
    struct arena *arena = call_arena(call);
    if (verdict == TOP_UP_BELOW_MINIMUM)
        return payments_refuse(
            call, refusal,
            REFUSAL_TERMS(TERM_AMOUNT("minimum", arena, top_up_minimum_micros(currency), currency),
                          {"currency", currency->code}));
    if (verdict == TOP_UP_WIRE_BELOW_THRESHOLD)
        return payments_refuse(call, refusal,
                               REFUSAL_TERMS(TERM_AMOUNT("threshold", arena,
                                                         wire_threshold_micros(currency), currency),
                                             {"currency", currency->code}));
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

/* S5: a charge by card is counted before the provider is asked. */
static int count_charge(struct mutation *mutation, const struct top_up *top_up)
{
    const struct subject_key key = {top_up->account_id, top_up->payment_method_id};
    uint8_t card[CARD_FINGERPRINT_SIZE];
    struct attempt_by by;
    bool found = false;
    int no = payment_method_store_fingerprint(mutation->transaction, key, card, &found);
    if (no == 0 && !found)
        no = FAILURE_INTERNAL;
    if (no != 0)
        return no;
    attempts_read(mutation, ATTEMPT_CHARGE_CARD, top_up->account_id, card, &by);
    no = attempts_count(mutation->transaction, &by);
    if (no == 0)
        no = attempts_judge(mutation->call, &by);
    return no == 0 ? attempts_keep(mutation->transaction, &by, top_up->top_up_id) : no;
}

static const char *reference_make(struct id top_up_id, char text[WIRE_REFERENCE_SIZE])
{
    uint8_t seed[32];
    sha256(top_up_id.bytes, sizeof top_up_id.bytes, seed);
    return wire_reference_make(seed, text);
}

static int create_top_up(struct mutation *mutation, const struct create_top_up *request,
                         Payments__V1__CreateTopUpResponse *response)
{
    char reference[WIRE_REFERENCE_SIZE];
    struct top_up top_up = top_up_of(request, mutation->now_us);
    struct top_up_facts facts;
    int no = freeze_admit(mutation);
    if (no == 0)
        no = facts_load(mutation, &top_up, &facts);
    if (no != 0)
        return no;
    const struct top_up_order order = {top_up.rail, top_up.amount_micros, top_up.currency,
                                       top_up.remark};
    enum top_up_verdict verdict = top_up_decide(&order, &facts);
    if (verdict != TOP_UP_ACCEPTED)
        return refuse_top_up(mutation->call, verdict, &top_up, &facts);
    if (top_up.rail == TOP_UP_WIRE)
        top_up.wire_reference = reference_make(top_up.top_up_id, reference);
    if (top_up.rail == TOP_UP_CARD)
        no = count_charge(mutation, &top_up);
    if (no == 0)
        no = top_up_store_insert(mutation->transaction, &top_up, mutation->now_us);
    if (no == 0)
        response->top_up = top_up_to_message(call_arena(mutation->call), &top_up, mutation->now_us);
    return no;
}

/* ---- GetTopUp, ListTopUps ---- */

static int get_top_up(struct call *call, const struct get_top_up *request,
                      Payments__V1__GetTopUpResponse *response)
{
    struct top_up *top_up;
    int no =
        top_up_store_find(payments_reader(call),
                          (struct subject_key){request->account_id, request->top_up_id}, &top_up);
    if (no == 0 && top_up == NULL)
        return payments_refuse(call, credit_refusal(CREDIT_TOP_UP_NOT_FOUND), NO_TERMS);
    if (no == 0)
        response->top_up = top_up_to_message(call_arena(call), top_up, clock_now_us());
    return no;
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
    struct top_up *top_ups;
    enum top_up_state state;
    enum top_up_rail rail;
    size_t count = 0;
    const struct top_up_filter filter = {
        .account_id = request->account_id,
        .below_id = request->before_id,
        .remark_contains = request->remark_contains,
        .state = top_up_state_from_message(request->state, &state) ? top_up_state_name(state) : "",
        .rail = top_up_rail_from_message(request->rail, &rail) ? top_up_rail_name(rail) : "",
        .open = request->open,
        .target_account_id = request->target_account_id,
        .start_us = request->start_us,
        .end_us = request->end_us,
        .limit = page_limit(request->page_size)};
    int no = top_up_store_list(payments_reader(call), &filter, &top_ups, &count);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, top_ups, count, top_up_id, top_up_row_to_message),
                         &response->base);
}

/* ---- MarkCredited ---- */

static int mark_credited(struct mutation *mutation, const struct mark_credited *request,
                         Payments__V1__MarkCreditedResponse *response)
{
    static const struct saga_news credited = {credit_decide, TOP_UP_LEDGER_CREDITED};
    const struct subject_key key = {request->account_id, request->top_up_id};
    struct top_up *top_up;
    bool moved;
    int no = received_tell(mutation, key, &credited, &top_up, &moved);
    if (no == 0)
        response->top_up = top_up_to_message(call_arena(mutation->call), top_up, mutation->now_us);
    return no;
}

/* ---- RecordWireReceipt ---- */

/* Exactly what the bank received counts, whatever was ordered. */
static enum failure receive_wire(struct mutation *mutation, struct top_up *top_up,
                                 const struct wire_receipt *receipt)
{
    const char *principal_id = call_header(mutation->call, "kontor-principal-id");
    assert(receipt->amount_micros > 0 && top_up->currency == receipt->currency);
    enum failure failure =
        wire_receipt_store_insert(mutation->transaction, receipt, top_up->top_up_id,
                                  principal_id != NULL ? principal_id : "", mutation->now_us);
    if (failure == FAILURE_NONE)
        failure = top_up_store_receive_wire(mutation->transaction, top_up, receipt->amount_micros,
                                            receipt->statement_line);
    top_up->amount_micros = receipt->amount_micros;
    if (failure == FAILURE_NONE)
        failure = received_move(mutation, top_up, TOP_UP_PAID);
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
    if (no == 0)
        response->top_up = top_up_to_message(call_arena(mutation->call), top_up, mutation->now_us);
    return no;
}
