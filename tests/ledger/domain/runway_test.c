/* Runway (LED-32, D.11, E28). */
#include "ledger/domain/runway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW_US INT64_C(1800000000000000)
#define UNIT INT64_C(1000000)
#define DAY_US (INT64_C(86400) * UNIT)

static struct runway of(int64_t available, int64_t line, int64_t spend, int64_t days)
{
    struct runway_facts facts = {.available_micros = available,
                                 .line_micros = line,
                                 .spend_micros = spend,
                                 .days = days,
                                 .now_us = NOW_US};
    return runway_of(&facts);
}

static void test_exactly_five_days_raise_no_alarm(void **state)
{
    (void)state;
    struct runway five = of(3500 * UNIT, 0, 4900 * UNIT, 7);
    assert_false(five.alarms);
    assert_int_equal(five.tenths, 50);
    assert_int_equal(five.burn_micros, 700 * UNIT);
    assert_int_equal(five.depletion_us, NOW_US + 5 * DAY_US);
    struct runway below = of(3499 * UNIT + 990000, 0, 4900 * UNIT, 7);
    assert_true(below.alarms);
    assert_int_equal(below.tenths, 49);
    struct runway postpaid = of(3500 * UNIT, 100 * UNIT, 4900 * UNIT, 7); /* 4.857 days */
    assert_true(postpaid.alarms);
    assert_int_equal(postpaid.tenths, 48);
    assert_int_equal(postpaid.depletion_us, NOW_US + INT64_C(419657) * UNIT);
}

static void test_fewer_days_divide_by_as_many(void **state)
{
    (void)state;
    struct runway two = of(1000 * UNIT, 0, 400 * UNIT, 2);
    assert_int_equal(two.burn_micros, 200 * UNIT);
    assert_int_equal(two.tenths, 50);
    assert_false(two.alarms);
    assert_true(of(1000 * UNIT - 1, 0, 400 * UNIT, 2).alarms);
    struct runway none = of(1000 * UNIT, 0, 0, 0);
    assert_true(none.is_endless);
    assert_false(none.alarms);
}

static void test_who_spends_nothing_lasts_for_ever(void **state)
{
    (void)state;
    struct runway idle = of(UNIT, 0, 0, 7);
    assert_true(idle.is_endless);
    assert_false(idle.alarms);
    assert_int_equal(idle.depletion_us, 0);
    struct runway refunded = of(UNIT, 0, -5 * UNIT, 7); /* more came back than was spent */
    assert_true(refunded.is_endless);
    assert_false(refunded.alarms);
    assert_int_equal(refunded.burn_micros, -714286);
    assert_false(of(0, 0, 0, 7).alarms);
}

static void test_at_the_line_nothing_is_left(void **state)
{
    (void)state;
    for (int64_t below = 0; below <= 200; below += 100) {
        struct runway at = of((100 - below) * UNIT, 100 * UNIT, 7 * UNIT, 7);
        assert_int_equal(at.tenths, 0);
        assert_int_equal(at.depletion_us, NOW_US);
        assert_true(at.alarms);
    }
}

static void test_the_last_hour_runs_out_on_its_own(void **state)
{
    (void)state;
    struct runway_facts facts = {.available_micros = 150 * UNIT,
                                 .last_hour_micros = 100 * UNIT,
                                 .days = 7,
                                 .now_us = NOW_US};
    struct runway drain = runway_of(&facts); /* E.g. 200 GB in 90 minutes (LED-05) */
    assert_true(drain.is_endless);
    assert_int_equal(drain.hour_depletion_us, NOW_US + 5400 * UNIT);
    facts.available_micros -= 1;
    assert_int_equal(runway_of(&facts).hour_depletion_us, NOW_US + 5399 * UNIT);
    facts.last_hour_micros = 0;
    assert_int_equal(runway_of(&facts).hour_depletion_us, 0);
}

static void test_no_amount_leaves_its_range(void **state)
{
    (void)state;
    struct runway rich = of(INT64_MAX, 0, 1, 7);
    assert_int_equal(rich.tenths, INT64_MAX);
    assert_int_equal(rich.depletion_us, 0);
    assert_false(rich.alarms);
    assert_true(of(INT64_MIN, INT64_MAX, INT64_MAX, 7).alarms);
    assert_int_equal(of(0, 0, INT64_MIN, 1).burn_micros, INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_five_days_raise_no_alarm),
        cmocka_unit_test(test_fewer_days_divide_by_as_many),
        cmocka_unit_test(test_who_spends_nothing_lasts_for_ever),
        cmocka_unit_test(test_at_the_line_nothing_is_left),
        cmocka_unit_test(test_the_last_hour_runs_out_on_its_own),
        cmocka_unit_test(test_no_amount_leaves_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
