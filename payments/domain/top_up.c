#include "payments/domain/top_up.h"

#include <assert.h>
#include <stddef.h>

#include "payments/domain/card.h"
#include "runtime/base/amount.h"
#include "runtime/base/text.h"

#define TOP_UP_NAME(member, text) text,
static const char *const rail_names[] = {TOP_UP_RAILS(TOP_UP_NAME)};
static const char *const state_names[] = {TOP_UP_STATES(TOP_UP_NAME)};
static const size_t rail_count = sizeof(rail_names) / sizeof(rail_names[0]);
static const size_t state_count = sizeof(state_names) / sizeof(state_names[0]);

static const struct refusal refusals[] = {TOP_UP_REFUSALS(REFUSAL_ROW)};

#define TOP_UP_TRANSITION_ROW(state, event, next) {state, event, next},
static const struct {
    enum top_up_state state;
    enum top_up_event event;
    enum top_up_state next;
} transitions[] = {TOP_UP_TRANSITIONS(TOP_UP_TRANSITION_ROW)};

/* PAY-12 and PAY-10; a currency that is not here is not offered, and 0 means no wire transfers. */
static const struct offered_currency {
    const char *code;
    int64_t minimum_micros;
    int64_t wire_threshold_micros;
} offered_currencies[] = {
    {"CNY", 100 * MICROS_PER_UNIT, 50000 * MICROS_PER_UNIT},
    {"USD", 20 * MICROS_PER_UNIT, 0},
    {"EUR", 15 * MICROS_PER_UNIT, 0},
    {"AED", 75 * MICROS_PER_UNIT, 0},
};

static const struct offered_currency *offered_currency_find(const struct currency *currency)
{
    assert(currency != NULL);
    for (size_t i = 0; i < sizeof(offered_currencies) / sizeof(offered_currencies[0]); i++) {
        if (text_equal(offered_currencies[i].code, currency->code))
            return &offered_currencies[i];
    }
    return NULL;
}

int64_t top_up_minimum_micros(const struct currency *currency)
{
    const struct offered_currency *offered = offered_currency_find(currency);
    assert(offered == NULL || offered->minimum_micros > 0);
    return offered == NULL ? 0 : offered->minimum_micros;
}

int64_t wire_threshold_micros(const struct currency *currency)
{
    const struct offered_currency *offered = offered_currency_find(currency);
    assert(offered == NULL || offered->wire_threshold_micros == 0 ||
           offered->wire_threshold_micros > offered->minimum_micros);
    return offered == NULL ? 0 : offered->wire_threshold_micros;
}

bool top_up_transition(enum top_up_state state, enum top_up_event event, enum top_up_state *next)
{
    assert((size_t)state < state_count);
    for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
        if (transitions[i].state == state && transitions[i].event == event) {
            *next = transitions[i].next;
            return true;
        }
    }
    return false;
}

bool top_up_is_open(enum top_up_state state)
{
    assert((size_t)state < state_count);
    return state == TOP_UP_CREATED || state == TOP_UP_PENDING || state == TOP_UP_UNKNOWN;
}

/* The bank pays a wire transfer back, and what the provider refused to refund. */
static bool is_returned_by_hand(enum top_up_rail rail, const char *failure_reason)
{
    assert((size_t)rail < rail_count);
    return rail == TOP_UP_WIRE || text_equal(failure_reason, REFUND_DECLINED);
}

bool top_up_is_worked_on(enum top_up_state state, enum top_up_rail rail, const char *failure_reason)
{
    return top_up_is_open(state) ||
           (state == TOP_UP_REFUNDING && !is_returned_by_hand(rail, failure_reason));
}

const char *top_up_failure_reason(enum top_up_event event, enum top_up_state next)
{
    assert((size_t)next < state_count);
    if (event == TOP_UP_OTHER_AMOUNT)
        return AMOUNT_MISMATCH;
    if (event == TOP_UP_REFUND_REFUSED)
        return REFUND_DECLINED;
    if (event == TOP_UP_DECLINED)
        return "CARD_DECLINED";
    if (event == TOP_UP_TIMED_OUT)
        return next == TOP_UP_FAILED ? "PROVIDER_UNAVAILABLE" : "PROVIDER_SILENT";
    return "";
}

bool top_up_is_slow(enum top_up_state state, int64_t created_us, int64_t now_us)
{
    assert(created_us >= 0);
    return top_up_is_open(state) && now_us - created_us > TOP_UP_SLOW_US; /* PAY-14 */
}

int64_t top_up_poll_ms(int64_t tries)
{
    static const int64_t waits_ms[] = {1000,  2000,  3000,   5000,    8000,
                                       13000, 21000, 300000, 3600000, 86400000};
    const int64_t last = (int64_t)(sizeof(waits_ms) / sizeof(waits_ms[0])) - 1;
    assert(tries >= 0);
    return waits_ms[tries < last ? tries : last];
}

const struct refusal *top_up_refusal(enum top_up_verdict verdict)
{
    assert(verdict > TOP_UP_ACCEPTED && (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

static bool rail_is_available(const struct top_up_order *order, const struct top_up_facts *facts)
{
    assert((size_t)order->rail < rail_count);
    if (order->rail == TOP_UP_WIRE)
        return wire_threshold_micros(order->currency) > 0;
    return facts->rail_connected;
}

enum top_up_verdict top_up_decide(const struct top_up_order *order,
                                  const struct top_up_facts *facts)
{
    if (order->amount_micros <= 0)
        return TOP_UP_AMOUNT_NOT_POSITIVE;
    if (!amount_is_whole(order->amount_micros, order->currency)) /* PAY-13, E18 */
        return TOP_UP_AMOUNT_NOT_WHOLE;
    if (!facts->target_known)
        return TOP_UP_ACCOUNT_NOT_KNOWN;
    if (facts->target_closed)
        return TOP_UP_ACCOUNT_CLOSED;
    if (facts->target_currency == NULL)
        return TOP_UP_CURRENCY_NOT_SET;
    if (!text_equal(facts->target_currency->code, order->currency->code)) /* PAY-24 */
        return TOP_UP_CURRENCY_MISMATCH;
    if (!rail_is_available(order, facts))
        return TOP_UP_RAIL_NOT_AVAILABLE;
    if (order->amount_micros < top_up_minimum_micros(order->currency)) /* PAY-12: inclusive */
        return TOP_UP_BELOW_MINIMUM;
    if (order->rail == TOP_UP_WIRE &&
        order->amount_micros <= wire_threshold_micros(order->currency)) /* PAY-10: strictly above */
        return TOP_UP_WIRE_BELOW_THRESHOLD;
    if (order->rail == TOP_UP_CARD && !facts->method_found)
        return TOP_UP_METHOD_NOT_FOUND;
    if (order->rail == TOP_UP_CARD &&
        (facts->method_state != PAYMENT_METHOD_ACTIVE || facts->method_expired))
        return TOP_UP_METHOD_NOT_ACTIVE;
    if (order->rail == TOP_UP_CARD &&
        order->amount_micros > TOP_UP_CEILING_MICROS) /* PAY-26: inclusive */
        return TOP_UP_ABOVE_CEILING;
    if (order->rail == TOP_UP_CARD &&
        order->amount_micros >
            TOP_UP_DAY_CEILING_MICROS - facts->day_micros) /* PAY-26: inclusive */
        return TOP_UP_ABOVE_DAY_CEILING;
    assert(order->amount_micros > 0 && facts->day_micros >= 0);
    return TOP_UP_ACCEPTED;
}

struct top_up_ceiling top_up_ceiling(enum top_up_verdict verdict, int64_t day_micros)
{
    assert(verdict == TOP_UP_ABOVE_CEILING || verdict == TOP_UP_ABOVE_DAY_CEILING);
    assert(day_micros >= 0);
    bool is_of_day = verdict == TOP_UP_ABOVE_DAY_CEILING;
    int64_t left_micros = TOP_UP_DAY_CEILING_MICROS - day_micros;
    if (left_micros > TOP_UP_CEILING_MICROS)
        left_micros = TOP_UP_CEILING_MICROS;
    return (struct top_up_ceiling){
        .limit = is_of_day ? "DAY" : "TOP_UP",
        .ceiling_micros = is_of_day ? TOP_UP_DAY_CEILING_MICROS : TOP_UP_CEILING_MICROS,
        .used_micros = day_micros,
        .left_micros = left_micros > 0 ? left_micros : 0,
    };
}

static const struct refusal credit_refusals[] = {CREDIT_REFUSALS(REFUSAL_ROW)};

const struct refusal *credit_refusal(enum credit_verdict verdict)
{
    assert(verdict > CREDIT_ACCEPTED && verdict < CREDIT_REPEATED);
    return &credit_refusals[verdict - 1];
}

/* The saga's event applies, or was applied before: the top-up is where it leads, or further on the
 * same way. */
static enum credit_verdict saga_decide(const struct received_facts *facts, enum top_up_event event,
                                       bool done)
{
    enum top_up_state next;
    assert((size_t)facts->state < state_count);
    if (!facts->found)
        return CREDIT_TOP_UP_NOT_FOUND;
    if (done)
        return CREDIT_REPEATED;
    return top_up_transition(facts->state, event, &next) ? CREDIT_ACCEPTED : CREDIT_NOT_SUCCEEDED;
}

enum credit_verdict credit_decide(const struct received_facts *facts)
{
    return saga_decide(facts, TOP_UP_LEDGER_CREDITED, facts->state == TOP_UP_CREDITED);
}

enum credit_verdict suspense_decide(const struct received_facts *facts)
{
    return saga_decide(facts, TOP_UP_NOT_CREDITABLE, facts->state == TOP_UP_IN_SUSPENSE);
}

enum credit_verdict forgo_decide(const struct received_facts *facts)
{
    return saga_decide(facts, TOP_UP_CREDIT_FORGONE,
                       facts->state == TOP_UP_REFUNDING || facts->state == TOP_UP_RETURNED);
}

static const struct refusal desk_refusals[] = {DESK_REFUSALS(REFUSAL_ROW)};

const struct refusal *desk_refusal(enum desk_verdict verdict)
{
    assert(verdict > DESK_ACCEPTED &&
           (size_t)verdict <= sizeof(desk_refusals) / sizeof(desk_refusals[0]));
    return &desk_refusals[verdict - 1];
}

enum desk_verdict return_decide(const struct received_facts *facts)
{
    assert((size_t)facts->state < state_count);
    if (!facts->found)
        return DESK_TOP_UP_NOT_FOUND;
    bool other_amount =
        facts->state == TOP_UP_MANUAL && text_equal(facts->failure_reason, AMOUNT_MISMATCH);
    return facts->state == TOP_UP_IN_SUSPENSE || other_amount ? DESK_ACCEPTED : DESK_NOT_RETURNABLE;
}

enum desk_verdict paid_back_decide(const struct received_facts *facts)
{
    assert((size_t)facts->state < state_count);
    if (!facts->found)
        return DESK_TOP_UP_NOT_FOUND;
    bool is_owed =
        facts->state == TOP_UP_REFUNDING && is_returned_by_hand(facts->rail, facts->failure_reason);
    return is_owed ? DESK_ACCEPTED : DESK_NOT_OWED;
}

enum desk_verdict redrive_decide(const struct received_facts *facts)
{
    assert((size_t)facts->state < state_count);
    if (!facts->found)
        return DESK_TOP_UP_NOT_FOUND;
    bool refused =
        facts->state == TOP_UP_REFUNDING && text_equal(facts->failure_reason, REFUND_DECLINED);
    return facts->state == TOP_UP_MANUAL || refused ? DESK_ACCEPTED : DESK_NOT_MANUAL;
}

bool top_up_is_paid_exactly(int64_t amount_micros, const struct currency *currency,
                            int64_t paid_minor, const char *paid_currency)
{
    assert(amount_micros > 0 && amount_is_whole(amount_micros, currency));
    return text_equal(currency->code, paid_currency) && /* PAY-13 */
           amount_to_minor(amount_micros, currency) == paid_minor;
}

const char *top_up_rail_name(enum top_up_rail rail)
{
    assert((size_t)rail < rail_count);
    return rail_names[rail];
}

const char *top_up_state_name(enum top_up_state state)
{
    assert((size_t)state < state_count);
    return state_names[state];
}

bool top_up_rail_find(const char *name, enum top_up_rail *rail)
{
    assert(name != NULL);
    for (size_t i = 0; i < rail_count; i++) {
        if (text_equal(rail_names[i], name)) {
            *rail = (enum top_up_rail)i;
            return true;
        }
    }
    return false;
}

bool top_up_state_find(const char *name, enum top_up_state *state)
{
    assert(name != NULL);
    for (size_t i = 0; i < state_count; i++) {
        if (text_equal(state_names[i], name)) {
            *state = (enum top_up_state)i;
            return true;
        }
    }
    return false;
}
