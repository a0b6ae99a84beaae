/* PAY-05, PAY-06: the 1.00 USD hold always ends, and money that was held always ends given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payments/domain/hold.h"
#include "runtime/base/currency.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define STATE_COUNT (HOLD_LAPSED + 1)
#define EVENT_COUNT (HOLD_RELEASED + 1)

static void it_is_one_dollar(void **state)
{
    (void)state;
    const struct currency *currency = currency_find(HOLD_CURRENCY);
    assert_non_null(currency);
    assert_int_equal(amount_to_minor(HOLD_AMOUNT_MICROS, currency), 100); /* PAY-05 */
}

static void walk(const enum hold_event *events, size_t count, enum hold_state expected)
{
    enum hold_state at = HOLD_RECORDED;
    for (size_t i = 0; i < count; i++)
        assert_true(hold_transition(at, events[i], &at));
    assert_int_equal(at, expected);
}

static void stories_end_where_they_should(void **state)
{
    (void)state;
    const enum hold_event straight[] = {HOLD_AUTHORIZE_SENDING, HOLD_APPROVED, HOLD_VOID_SENDING,
                                        HOLD_VOID_CONFIRMED};
    const enum hold_event declined[] = {HOLD_AUTHORIZE_SENDING, HOLD_REFUSED};
    const enum hold_event not_sent[] = {HOLD_AUTHORIZE_SENDING, HOLD_NOT_SENT};
    const enum hold_event lost[] = {HOLD_AUTHORIZE_SENDING, HOLD_ANSWER_LOST,  HOLD_NOT_SENT,
                                    HOLD_APPROVED,          HOLD_VOID_SENDING, HOLD_VOID_CONFIRMED};
    const enum hold_event void_lost[] = {
        HOLD_AUTHORIZE_SENDING, HOLD_APPROVED, HOLD_VOID_SENDING, HOLD_ANSWER_LOST,
        HOLD_VOID_SENDING,      HOLD_NOT_SENT, HOLD_VOID_SENDING, HOLD_VOID_CONFIRMED};
    const enum hold_event lapsed[] = {HOLD_AUTHORIZE_SENDING, HOLD_APPROVED, HOLD_VOID_SENDING,
                                      HOLD_ANSWER_LOST, HOLD_RELEASED};
    const enum hold_event late[] = {HOLD_AUTHORIZE_SENDING, HOLD_REFUSED, HOLD_APPROVED,
                                    HOLD_VOID_SENDING, HOLD_VOID_CONFIRMED};
    walk(straight, COUNT(straight), HOLD_VOIDED);
    walk(declined, COUNT(declined), HOLD_DECLINED);
    walk(not_sent, COUNT(not_sent), HOLD_FAILED);
    walk(lost, COUNT(lost), HOLD_VOIDED);
    walk(void_lost, COUNT(void_lost), HOLD_VOIDED);
    walk(lapsed, COUNT(lapsed), HOLD_LAPSED);
    walk(late, COUNT(late), HOLD_VOIDED);
}

/* The answer to an authorisation was lost: a later "not sent" proves nothing about the first try.
 */
static void a_lost_answer_is_never_taken_for_a_no(void **state)
{
    (void)state;
    enum hold_state next;
    assert_true(hold_transition(HOLD_UNKNOWN, HOLD_NOT_SENT, &next));
    assert_int_equal(next, HOLD_UNKNOWN);
}

static void what_is_over_stays_over(void **state)
{
    (void)state;
    for (int event = 0; event < EVENT_COUNT; event++) {
        enum hold_state next = HOLD_RECORDED;
        assert_false(hold_transition(HOLD_VOIDED, (enum hold_event)event, &next));
        assert_false(hold_transition(HOLD_LAPSED, (enum hold_event)event, &next));
        assert_int_equal(next, HOLD_RECORDED);
    }
}

/* In any order of events, once approved, only the void or the network's release ends
 * the hold. */
static void held_money_never_ends_anywhere_but_given_back(void **state)
{
    (void)state;
    for (int from = 0; from < STATE_COUNT; from++) {
        for (int event = 0; event < EVENT_COUNT; event++) {
            enum hold_state next;
            if ((from != HOLD_AUTHORIZED && from != HOLD_VOIDING) ||
                !hold_transition((enum hold_state)from, (enum hold_event)event, &next))
                continue;
            assert_true(next == HOLD_VOIDING || next == HOLD_VOIDED || next == HOLD_LAPSED);
        }
    }
}

static void open_states_are_those_with_a_next_step(void **state)
{
    (void)state;
    const enum hold_state open[] = {HOLD_RECORDED, HOLD_AUTHORIZING, HOLD_UNKNOWN, HOLD_AUTHORIZED,
                                    HOLD_VOIDING};
    const enum hold_state closed[] = {HOLD_VOIDED, HOLD_DECLINED, HOLD_FAILED, HOLD_LAPSED};
    for (size_t i = 0; i < COUNT(open); i++)
        assert_true(hold_is_open(open[i]));
    for (size_t i = 0; i < COUNT(closed); i++)
        assert_false(hold_is_open(closed[i]) || hold_may_bind_money(closed[i]));
    assert_false(hold_may_bind_money(HOLD_RECORDED));
}

static void retries_slow_down_and_never_stop(void **state)
{
    (void)state;
    const int64_t waits_ms[] = {1000, 5000, 30000, 300000, 1800000, 7200000, 7200000, 7200000};
    for (size_t i = 0; i < COUNT(waits_ms); i++)
        assert_int_equal(hold_retry_ms((int64_t)i), waits_ms[i]);
}

static void it_is_sent_again_while_the_provider_knows_the_key(void **state)
{
    (void)state;
    const int64_t sent_us = INT64_C(1800000000000000), hours_23_us = INT64_C(82800000000);
    assert_true(hold_may_be_sent_again(0, sent_us));
    assert_true(hold_may_be_sent_again(sent_us, sent_us + hours_23_us));
    assert_false(hold_may_be_sent_again(sent_us, sent_us + hours_23_us + 1));
}

static void the_network_releases_it_after_seven_days(void **state)
{
    (void)state;
    const int64_t authorized_us = INT64_C(1800000000000000), days_7_us = INT64_C(604800000000);
    assert_false(hold_has_lapsed(0, authorized_us));
    assert_false(hold_has_lapsed(authorized_us, authorized_us + days_7_us));
    assert_true(hold_has_lapsed(authorized_us, authorized_us + days_7_us + 1));
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < STATE_COUNT; i++) {
        enum hold_state found;
        assert_true(hold_state_find(hold_state_name((enum hold_state)i), &found));
        assert_int_equal(found, i);
    }
    enum hold_state untouched = HOLD_VOIDED;
    assert_false(hold_state_find("CAPTURED", &untouched));
    assert_int_equal(untouched, HOLD_VOIDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_one_dollar),
        cmocka_unit_test(stories_end_where_they_should),
        cmocka_unit_test(a_lost_answer_is_never_taken_for_a_no),
        cmocka_unit_test(what_is_over_stays_over),
        cmocka_unit_test(held_money_never_ends_anywhere_but_given_back),
        cmocka_unit_test(open_states_are_those_with_a_next_step),
        cmocka_unit_test(retries_slow_down_and_never_stop),
        cmocka_unit_test(it_is_sent_again_while_the_provider_knows_the_key),
        cmocka_unit_test(the_network_releases_it_after_seven_days),
        cmocka_unit_test(names_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
