/* PAY-10, PAY-12, PAY-13, PAY-14, PAY-17, PAY-24, PAY-26 and E18: what may be topped up, and what
 * becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "payments/domain/account.h"
#include "payments/domain/decline.h"
#include "payments/domain/top_up.h"
#include "runtime/base/amount.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static int64_t micros(const char *text)
{
    int64_t value;
    assert_true(amount_parse(text, &value));
    return value;
}

/* A row says only how it differs from a card top-up of 100.00 CNY that is accepted. */
static void each_rule_refuses_at_its_boundary(void **state)
{
    (void)state;
    static const struct {
        const char *amount;
        const char *currency;
        const char *target_currency; /* "-": not set */
        const char *remark;
        const char *day; /* ordered by card within a day before */
        enum top_up_rail rail;
        bool target_unknown, target_closed, rail_not_connected, method_missing, method_expired;
        enum payment_method_state method_state; /* NEW stands for ACTIVE here */
        enum top_up_verdict verdict;
    } rows[] = {
        {.verdict = TOP_UP_ACCEPTED},
        {.amount = "0", .verdict = TOP_UP_AMOUNT_NOT_POSITIVE},
        {.amount = "-100", .verdict = TOP_UP_AMOUNT_NOT_POSITIVE},
        {.amount = "100.005", .verdict = TOP_UP_AMOUNT_NOT_WHOLE}, /* E18 */
        {.amount = "100.01", .verdict = TOP_UP_ACCEPTED},
        {.amount = "99.99", .verdict = TOP_UP_BELOW_MINIMUM}, /* PAY-12 */
        {.amount = "20.00", .currency = "USD", .verdict = TOP_UP_ACCEPTED},
        {.amount = "19.99", .currency = "USD", .verdict = TOP_UP_BELOW_MINIMUM},
        {.amount = "15.00", .currency = "EUR", .verdict = TOP_UP_ACCEPTED},
        {.amount = "14.99", .currency = "EUR", .verdict = TOP_UP_BELOW_MINIMUM},
        {.amount = "75.00", .currency = "AED", .verdict = TOP_UP_ACCEPTED},
        {.amount = "74.99", .currency = "AED", .verdict = TOP_UP_BELOW_MINIMUM},
        {.amount = "100000.00", .verdict = TOP_UP_ACCEPTED}, /* PAY-26, by card */
        {.amount = "100000.01", .verdict = TOP_UP_ABOVE_CEILING},
        {.amount = "100000.00", .day = "100000.00", .verdict = TOP_UP_ACCEPTED},
        {.amount = "99999.99", .day = "100000.01", .verdict = TOP_UP_ACCEPTED},
        {.amount = "100.00", .day = "199900.01", .verdict = TOP_UP_ABOVE_DAY_CEILING},
        {.amount = "20.00",
         .currency = "USD",
         .day = "200000.00",
         .verdict = TOP_UP_ABOVE_DAY_CEILING},
        {.amount = "100000.01", .day = "200000.00", .verdict = TOP_UP_ABOVE_CEILING},
        {.rail = TOP_UP_WIRE,
         .amount = "9000000000000",
         .day = "200000.00",
         .verdict = TOP_UP_ACCEPTED}, /* wire has none */
        {.target_unknown = true, .verdict = TOP_UP_ACCOUNT_NOT_KNOWN},
        {.target_closed = true, .verdict = TOP_UP_ACCOUNT_CLOSED}, /* ID-15 */
        {.rail = TOP_UP_WIRE,
         .amount = "50000.01",
         .target_closed = true,
         .verdict = TOP_UP_ACCOUNT_CLOSED},
        {.target_currency = "-", .verdict = TOP_UP_CURRENCY_NOT_SET},
        {.target_currency = "USD", .verdict = TOP_UP_CURRENCY_MISMATCH}, /* PAY-24 */
        {.rail = TOP_UP_ALIPAY, .rail_not_connected = true, .verdict = TOP_UP_RAIL_NOT_AVAILABLE},
        {.rail = TOP_UP_UNIONPAY, .rail_not_connected = true, .verdict = TOP_UP_RAIL_NOT_AVAILABLE},
        {.rail = TOP_UP_WIRE,
         .amount = "50000.00",
         .verdict = TOP_UP_WIRE_BELOW_THRESHOLD}, /* PAY-10 */
        {.rail = TOP_UP_WIRE, .amount = "50000.01", .verdict = TOP_UP_ACCEPTED},
        {.rail = TOP_UP_WIRE,
         .amount = "50000.01",
         .method_missing = true,
         .verdict = TOP_UP_ACCEPTED},
        {.rail = TOP_UP_WIRE, .amount = "99.99", .verdict = TOP_UP_BELOW_MINIMUM},
        {.rail = TOP_UP_WIRE,
         .amount = "90000.00",
         .currency = "USD",
         .verdict = TOP_UP_RAIL_NOT_AVAILABLE},
        {.method_missing = true, .verdict = TOP_UP_METHOD_NOT_FOUND},
        {.method_state = PAYMENT_METHOD_VERIFYING, .verdict = TOP_UP_METHOD_NOT_ACTIVE},
        {.method_state = PAYMENT_METHOD_REMOVED, .verdict = TOP_UP_METHOD_NOT_ACTIVE},
        {.method_expired = true, .verdict = TOP_UP_METHOD_NOT_ACTIVE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *currency = rows[i].currency != NULL ? rows[i].currency : "CNY";
        const char *target_currency =
            rows[i].target_currency != NULL ? rows[i].target_currency : currency;
        const struct top_up_order order = {
            .rail = rows[i].rail,
            .amount_micros = micros(rows[i].amount != NULL ? rows[i].amount : "100.00"),
            .currency = currency_find(currency),
            .remark = rows[i].remark != NULL ? rows[i].remark : "ClientX-MarchQ2-AI-POC-Tokyo-OSS",
        };
        const struct top_up_facts facts = {
            .target_known = !rows[i].target_unknown,
            .target_closed = rows[i].target_closed,
            .target_currency = currency_find(target_currency),
            .rail_connected = !rows[i].rail_not_connected,
            .method_found = !rows[i].method_missing,
            .method_state = rows[i].method_state == PAYMENT_METHOD_NEW ? PAYMENT_METHOD_ACTIVE
                                                                       : rows[i].method_state,
            .method_expired = rows[i].method_expired,
            .day_micros = rows[i].day != NULL ? micros(rows[i].day) : 0,
        };
        assert_int_equal(top_up_decide(&order, &facts), rows[i].verdict);
    }
}

static void walk(enum top_up_state at, const enum top_up_event *events, size_t count,
                 enum top_up_state expected)
{
    for (size_t i = 0; i < count; i++)
        assert_true(top_up_transition(at, events[i], &at));
    assert_int_equal(at, expected);
}

static void stories_end_where_they_should(void **state)
{
    (void)state;
    const enum top_up_event paid[] = {TOP_UP_SENDING, TOP_UP_PROCESSING, TOP_UP_PAID,
                                      TOP_UP_LEDGER_CREDITED};
    const enum top_up_event declined[] = {TOP_UP_SENDING, TOP_UP_DECLINED};
    const enum top_up_event lost[] = {TOP_UP_SENDING,  TOP_UP_ANSWER_LOST,
                                      TOP_UP_NOT_SENT, TOP_UP_ANSWER_LOST,
                                      TOP_UP_PAID,     TOP_UP_LEDGER_CREDITED};
    const enum top_up_event late[] = {TOP_UP_SENDING, TOP_UP_DECLINED, TOP_UP_PAID,
                                      TOP_UP_LEDGER_CREDITED};
    const enum top_up_event other[] = {TOP_UP_SENDING, TOP_UP_OTHER_AMOUNT};
    const enum top_up_event unreachable[] = {TOP_UP_SENDING, TOP_UP_NOT_SENT, TOP_UP_SENDING,
                                             TOP_UP_NOT_SENT, TOP_UP_TIMED_OUT};
    const enum top_up_event silent[] = {TOP_UP_SENDING, TOP_UP_ANSWER_LOST, TOP_UP_TIMED_OUT};
    const enum top_up_event wire[] = {TOP_UP_PAID, TOP_UP_LEDGER_CREDITED};
    walk(TOP_UP_CREATED, paid, COUNT(paid), TOP_UP_CREDITED);
    walk(TOP_UP_CREATED, declined, COUNT(declined), TOP_UP_FAILED);
    walk(TOP_UP_CREATED, lost, COUNT(lost), TOP_UP_CREDITED);
    walk(TOP_UP_CREATED, late, COUNT(late), TOP_UP_CREDITED);
    walk(TOP_UP_CREATED, other, COUNT(other), TOP_UP_MANUAL);
    walk(TOP_UP_CREATED, unreachable, COUNT(unreachable), TOP_UP_FAILED);
    walk(TOP_UP_CREATED, silent, COUNT(silent), TOP_UP_MANUAL);
    walk(TOP_UP_AWAITING_FUNDS, wire, COUNT(wire), TOP_UP_CREDITED);
}

/* Received money ends credited or returned, never both: what is being refunded is not credited any
 * more. */
static void what_was_received_is_credited_or_returned(void **state)
{
    (void)state;
    enum top_up_state next;
    const enum top_up_event moved_on[] = {TOP_UP_NOT_CREDITABLE, TOP_UP_LEDGER_CREDITED};
    const enum top_up_event returned[] = {
        TOP_UP_NOT_CREDITABLE, TOP_UP_RETURN_DECIDED, TOP_UP_CREDIT_FORGONE, TOP_UP_REFUND_SENDING,
        TOP_UP_REFUND_REFUSED, TOP_UP_CREDIT_FORGONE, TOP_UP_REFUND_SENDING, TOP_UP_PAID_BACK};
    const enum top_up_event credited_first[] = {TOP_UP_NOT_CREDITABLE, TOP_UP_RETURN_DECIDED,
                                                TOP_UP_LEDGER_CREDITED};
    walk(TOP_UP_SUCCEEDED, moved_on, COUNT(moved_on), TOP_UP_CREDITED);
    walk(TOP_UP_SUCCEEDED, returned, COUNT(returned), TOP_UP_RETURNED);
    walk(TOP_UP_SUCCEEDED, credited_first, COUNT(credited_first), TOP_UP_CREDITED);
    assert_false(top_up_transition(TOP_UP_SUCCEEDED, TOP_UP_RETURN_DECIDED, &next));
    assert_false(top_up_transition(TOP_UP_IN_SUSPENSE, TOP_UP_CREDIT_FORGONE, &next));
    assert_false(top_up_transition(TOP_UP_IN_SUSPENSE, TOP_UP_PAID_BACK, &next));
    assert_false(top_up_transition(TOP_UP_RETURNING, TOP_UP_PAID_BACK, &next));
    assert_false(top_up_transition(TOP_UP_RETURNING, TOP_UP_NOT_CREDITABLE, &next));
    assert_false(top_up_transition(TOP_UP_REFUNDING, TOP_UP_LEDGER_CREDITED, &next));
}

/* Every state against every decision about received money. */
static void who_may_decide_what_becomes_of_it(void **state)
{
    (void)state;
    for (int at = TOP_UP_CREATED; at <= TOP_UP_RETURNED; at++) {
        struct received_facts facts = {true, (enum top_up_state)at, TOP_UP_CARD, ""};
        assert_int_equal(credit_decide(&facts), at == TOP_UP_CREDITED ? CREDIT_REPEATED
                                                : at == TOP_UP_SUCCEEDED ||
                                                        at == TOP_UP_IN_SUSPENSE ||
                                                        at == TOP_UP_RETURNING
                                                    ? CREDIT_ACCEPTED
                                                    : CREDIT_NOT_SUCCEEDED);
        assert_int_equal(suspense_decide(&facts), at == TOP_UP_IN_SUSPENSE ? CREDIT_REPEATED
                                                  : at == TOP_UP_SUCCEEDED ? CREDIT_ACCEPTED
                                                                           : CREDIT_NOT_SUCCEEDED);
        assert_int_equal(forgo_decide(&facts), at == TOP_UP_REFUNDING || at == TOP_UP_RETURNED
                                                   ? CREDIT_REPEATED
                                               : at == TOP_UP_RETURNING ? CREDIT_ACCEPTED
                                                                        : CREDIT_NOT_SUCCEEDED);
        assert_int_equal(return_decide(&facts),
                         at == TOP_UP_IN_SUSPENSE ? DESK_ACCEPTED : DESK_NOT_RETURNABLE);
        assert_int_equal(redrive_decide(&facts),
                         at == TOP_UP_MANUAL ? DESK_ACCEPTED : DESK_NOT_MANUAL);
        assert_int_equal(paid_back_decide(&facts), DESK_NOT_OWED);
        facts.failure_reason = AMOUNT_MISMATCH;
        assert_int_equal(return_decide(&facts), at == TOP_UP_IN_SUSPENSE || at == TOP_UP_MANUAL
                                                    ? DESK_ACCEPTED
                                                    : DESK_NOT_RETURNABLE);
        facts.failure_reason = REFUND_DECLINED;
        assert_int_equal(paid_back_decide(&facts),
                         at == TOP_UP_REFUNDING ? DESK_ACCEPTED : DESK_NOT_OWED);
        assert_int_equal(redrive_decide(&facts), at == TOP_UP_MANUAL || at == TOP_UP_REFUNDING
                                                     ? DESK_ACCEPTED
                                                     : DESK_NOT_MANUAL);
        facts = (struct received_facts){true, (enum top_up_state)at, TOP_UP_WIRE, ""};
        assert_int_equal(paid_back_decide(&facts),
                         at == TOP_UP_REFUNDING ? DESK_ACCEPTED : DESK_NOT_OWED);
        assert_false(at == TOP_UP_REFUNDING &&
                     top_up_is_worked_on(TOP_UP_REFUNDING, TOP_UP_WIRE, ""));
    }
    assert_true(top_up_is_worked_on(TOP_UP_REFUNDING, TOP_UP_CARD, ""));
    assert_false(top_up_is_worked_on(TOP_UP_REFUNDING, TOP_UP_CARD, REFUND_DECLINED));
    const struct received_facts none = {.found = false};
    assert_int_equal(return_decide(&none), DESK_TOP_UP_NOT_FOUND);
    assert_int_equal(credit_decide(&none), CREDIT_TOP_UP_NOT_FOUND);
}

static void success_is_never_taken_back_and_never_counted_twice(void **state)
{
    (void)state;
    enum top_up_state next = TOP_UP_CREATED;
    for (int event = 0; event <= TOP_UP_PAID_BACK; event++) {
        assert_false(top_up_transition(TOP_UP_CREDITED, (enum top_up_event)event, &next));
        assert_false(top_up_transition(TOP_UP_RETURNED, (enum top_up_event)event, &next));
        if (event != TOP_UP_LEDGER_CREDITED && event != TOP_UP_NOT_CREDITABLE)
            assert_false(top_up_transition(TOP_UP_SUCCEEDED, (enum top_up_event)event, &next));
    }
    assert_int_equal(next, TOP_UP_CREATED);
}

/* PAY-14: whatever time does, a charge that may be at the provider is not failed by it. */
static void waiting_never_fails_what_was_sent(void **state)
{
    (void)state;
    enum top_up_state next;
    assert_true(top_up_transition(TOP_UP_PENDING, TOP_UP_TIMED_OUT, &next));
    assert_int_equal(next, TOP_UP_MANUAL);
    assert_true(top_up_transition(TOP_UP_UNKNOWN, TOP_UP_TIMED_OUT, &next));
    assert_int_equal(next, TOP_UP_MANUAL);
    assert_false(top_up_is_slow(TOP_UP_PENDING, 0, TOP_UP_SLOW_US));
    assert_true(top_up_is_slow(TOP_UP_PENDING, 0, TOP_UP_SLOW_US + 1));
    assert_true(top_up_is_slow(TOP_UP_UNKNOWN, 0, TOP_UP_SLOW_US + 1));
    assert_false(top_up_is_slow(TOP_UP_SUCCEEDED, 0, TOP_UP_SLOW_US + 1));
}

static void polling_follows_the_first_minute_closely(void **state)
{
    (void)state;
    const int64_t waits_ms[] = {1000,  2000,   3000,    5000,     8000,    13000,
                                21000, 300000, 3600000, 86400000, 86400000};
    for (size_t i = 0; i < COUNT(waits_ms); i++)
        assert_int_equal(top_up_poll_ms((int64_t)i), waits_ms[i]);
}

static void a_ceiling_tells_what_is_left(void **state)
{
    (void)state;
    const struct top_up_ceiling one = top_up_ceiling(TOP_UP_ABOVE_CEILING, 0);
    const struct top_up_ceiling day = top_up_ceiling(TOP_UP_ABOVE_DAY_CEILING, 199980000000);
    assert_string_equal(one.limit, "TOP_UP");
    assert_int_equal(one.ceiling_micros, 100000000000);
    assert_int_equal(one.left_micros, 100000000000);
    assert_string_equal(day.limit, "DAY");
    assert_int_equal(day.ceiling_micros, 200000000000);
    assert_int_equal(day.used_micros, 199980000000);
    assert_int_equal(day.left_micros, 20000000);
    assert_int_equal(top_up_ceiling(TOP_UP_ABOVE_DAY_CEILING, 200000000001).left_micros, 0);
}

static void a_currency_is_set_once(void **state)
{
    (void)state;
    const struct currency *cny = currency_find("CNY"), *usd = currency_find("USD"),
                          *jpy = currency_find("JPY");
    assert_int_equal(currency_decide(NULL, cny), CURRENCY_ACCEPTED);
    assert_int_equal(currency_decide(cny, cny), CURRENCY_UNCHANGED); /* PAY-24: a no-op */
    assert_int_equal(currency_decide(cny, usd), CURRENCY_LOCKED);
    assert_int_equal(currency_decide(NULL, jpy), CURRENCY_NOT_SUPPORTED);
    assert_string_equal(currency_refusal(CURRENCY_LOCKED)->reason, "CURRENCY_LOCKED");
}

static void wallets_are_offered_where_they_may_be(void **state) /* PAY-01, PAY-08 */
{
    (void)state;
    assert_int_equal(wallet_decide(PAYMENT_METHOD_PAYTM, NULL, true),
                     WALLET_BILLING_ADDRESS_MISSING);
    assert_int_equal(wallet_decide(PAYMENT_METHOD_PAYTM, "CN", true),
                     WALLET_NOT_AVAILABLE_IN_COUNTRY); /* PAY-02 (a) */
    assert_int_equal(wallet_decide(PAYMENT_METHOD_PAYTM, "IN", false), WALLET_NOT_CONFIGURED);
    assert_int_equal(wallet_decide(PAYMENT_METHOD_PAYPAL, "IN", true), WALLET_ACCEPTED);
    assert_int_equal(remove_decide(false, PAYMENT_METHOD_ACTIVE, false), REMOVE_NOT_FOUND);
    assert_int_equal(remove_decide(true, PAYMENT_METHOD_ACTIVE, true), REMOVE_IN_USE);
    assert_int_equal(remove_decide(true, PAYMENT_METHOD_REMOVED, false), REMOVE_NOT_REMOVABLE);
    assert_int_equal(remove_decide(true, PAYMENT_METHOD_EXPIRED, false), REMOVE_ACCEPTED);
}

static void declines_never_tell_theft(void **state)
{
    (void)state;
    const char *const masked[] = {"lost_card",   "stolen_card",     "fraudulent",
                                  "pickup_card", "generic_decline", "something_new"};
    for (size_t i = 0; i < COUNT(masked); i++)
        assert_int_equal(decline_advise(masked[i]), DECLINE_OTHER_METHOD);
    assert_int_equal(decline_advise("incorrect_cvc"), DECLINE_FIX_DATA);
    assert_int_equal(decline_advise("authentication_required"), DECLINE_AUTHENTICATE);
    assert_string_equal(decline_advice_name(decline_advise("processing_error")), "RETRY_LATER");
}

static void every_refusal_has_its_words(void **state)
{
    (void)state;
    for (enum top_up_verdict verdict = TOP_UP_AMOUNT_NOT_POSITIVE;
         verdict <= TOP_UP_METHOD_NOT_ACTIVE; verdict++)
        assert_true(strlen(top_up_refusal(verdict)->reason) > 3 &&
                    strlen(top_up_refusal(verdict)->sentence) > 10);
    assert_string_equal(top_up_refusal(TOP_UP_WIRE_BELOW_THRESHOLD)->reason,
                        "WIRE_BELOW_THRESHOLD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_refuses_at_its_boundary),
        cmocka_unit_test(stories_end_where_they_should),
        cmocka_unit_test(what_was_received_is_credited_or_returned),
        cmocka_unit_test(who_may_decide_what_becomes_of_it),
        cmocka_unit_test(success_is_never_taken_back_and_never_counted_twice),
        cmocka_unit_test(waiting_never_fails_what_was_sent),
        cmocka_unit_test(polling_follows_the_first_minute_closely),
        cmocka_unit_test(a_ceiling_tells_what_is_left),
        cmocka_unit_test(a_currency_is_set_once),
        cmocka_unit_test(wallets_are_offered_where_they_may_be),
        cmocka_unit_test(declines_never_tell_theft),
        cmocka_unit_test(every_refusal_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
