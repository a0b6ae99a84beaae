/* The ladder of warnings (A.6, c-2): each rung at both of its sides, and what is told when. */
#include "ledger/domain/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW_US INT64_C(1800000000000000)
#define UNIT INT64_C(1000000)
#define ALL 0x3eu /* bits 1 to 5 */

/* A week of 700 a day: a month costs 21,000; 20 % are 4,200, 5 % are 1,050. */
static unsigned below(int64_t available, int64_t last_hour)
{
    const struct runway_facts facts = {.available_micros = available,
                                       .below_line = available <= 0, /* prepaid */
                                       .spend_micros = 4900 * UNIT,
                                       .days = 7,
                                       .last_hour_micros = last_hour,
                                       .now_us = NOW_US};
    return ladder_below(&facts);
}

static void test_each_rung_has_two_sides(void **state)
{
    (void)state;
    static const struct {
        int64_t micros;
        unsigned below;
    } rows[] = {
        {4200 * UNIT + 1, 0},
        {4200 * UNIT, RUNG_BIT(RUNG_TWENTY_PERCENT)},
        {3500 * UNIT, RUNG_BIT(RUNG_TWENTY_PERCENT)}, /* exactly five days */
        {3500 * UNIT - 1, RUNG_BIT(RUNG_TWENTY_PERCENT) | RUNG_BIT(RUNG_FIVE_DAYS)},
        {1050 * UNIT + 1, RUNG_BIT(RUNG_TWENTY_PERCENT) | RUNG_BIT(RUNG_FIVE_DAYS)},
        {1050 * UNIT, ALL & ~RUNG_BIT(RUNG_DAY) & ~RUNG_BIT(RUNG_HOUR)},
        {700 * UNIT + 8102, ALL & ~RUNG_BIT(RUNG_DAY) & ~RUNG_BIT(RUNG_HOUR)}, /* 86,401 s */
        {700 * UNIT, ALL & ~RUNG_BIT(RUNG_HOUR)},                              /* 86,400 s */
        {30 * UNIT, ALL & ~RUNG_BIT(RUNG_HOUR)},
        {29 * UNIT, ALL}, /* 3,579 s */
        {0, ALL},
        {-UNIT, ALL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(below(rows[i].micros, 0), rows[i].below);
}

/* 200 GB an hour and a half before the end: the last hour is faster than the week. */
static void test_the_last_hour_counts_when_it_is_faster(void **state)
{
    (void)state;
    assert_int_equal(below(24 * 2000 * UNIT + UNIT, 2000 * UNIT), 0);
    assert_int_equal(below(24 * 2000 * UNIT, 2000 * UNIT), RUNG_BIT(RUNG_DAY));
    assert_int_equal(below(5000 * UNIT, 4998 * UNIT), RUNG_BIT(RUNG_DAY)); /* 3,601 s */
    assert_int_equal(below(5000 * UNIT, 5000 * UNIT), RUNG_BIT(RUNG_DAY) | RUNG_BIT(RUNG_HOUR));
}

static void test_who_spends_nothing_is_not_warned(void **state)
{
    (void)state;
    struct runway_facts facts = {.available_micros = 1, .days = 7, .now_us = NOW_US};
    assert_int_equal(ladder_below(&facts), 0);
    facts.spend_micros = -UNIT; /* more was refunded */
    assert_int_equal(ladder_below(&facts), 0);
    facts.days = 0, facts.spend_micros = 0; /* its first day */
    assert_int_equal(ladder_below(&facts), 0);
    facts.line_micros = 1; /* at the buffer of a postpaid account, which runs (LED-04) */
    assert_int_equal(ladder_below(&facts), 0);
    facts.below_line = true;
    assert_int_equal(ladder_below(&facts), ALL);
}

/* It falls to 100 of 100: the next that it uses stops it, so this is the last that warns. */
static void test_a_postpaid_account_at_its_buffer_is_warned(void **state)
{
    (void)state;
    struct runway_facts facts = {.available_micros = 100 * UNIT,
                                 .line_micros = 100 * UNIT,
                                 .spend_micros = 4900 * UNIT,
                                 .days = 7,
                                 .now_us = NOW_US};
    assert_int_equal(ladder_below(&facts), ALL);
    assert_int_equal(ladder_crossed(0, ladder_below(&facts)), RUNG_HOUR);
    facts.spend_micros = 70 * UNIT; /* a month costs 300: 100 of that is no rung, the hour is */
    assert_int_equal(ladder_below(&facts),
                     ALL & ~RUNG_BIT(RUNG_TWENTY_PERCENT) & ~RUNG_BIT(RUNG_FIVE_PERCENT));
}

static void test_no_amount_leaves_its_range(void **state)
{
    (void)state;
    assert_int_equal(below(INT64_MAX, INT64_MAX), RUNG_BIT(RUNG_DAY) | RUNG_BIT(RUNG_HOUR));
    assert_int_equal(below(INT64_MIN, 0), ALL);
}

static void test_the_lowest_that_was_crossed_is_told(void **state)
{
    (void)state;
    assert_int_equal(ladder_crossed(0, 0), 0);
    assert_int_equal(ladder_crossed(0, ALL), RUNG_HOUR);
    assert_int_equal(ladder_crossed(ALL, ALL), 0);
    assert_int_equal(ladder_crossed(ALL, RUNG_BIT(RUNG_FIVE_DAYS)), 0); /* above the others again */
    assert_int_equal(ladder_crossed(RUNG_BIT(RUNG_FIVE_DAYS), ALL & ~RUNG_BIT(RUNG_HOUR)),
                     RUNG_DAY);
    assert_int_equal(
        ladder_crossed(RUNG_BIT(RUNG_DAY), RUNG_BIT(RUNG_DAY) | RUNG_BIT(RUNG_TWENTY_PERCENT)),
        RUNG_TWENTY_PERCENT);
}

static void test_a_suspension_itself_is_no_warning(void **state)
{
    (void)state;
    assert_false(ladder_warns((enum rung)0));
    assert_true(ladder_warns(RUNG_FIVE_DAYS));
    assert_true(ladder_warns(RUNG_SUSPENDING));
    assert_false(ladder_warns(RUNG_SUSPENDED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_rung_has_two_sides),
        cmocka_unit_test(test_the_last_hour_counts_when_it_is_faster),
        cmocka_unit_test(test_who_spends_nothing_is_not_warned),
        cmocka_unit_test(test_a_postpaid_account_at_its_buffer_is_warned),
        cmocka_unit_test(test_no_amount_leaves_its_range),
        cmocka_unit_test(test_the_lowest_that_was_crossed_is_told),
        cmocka_unit_test(test_a_suspension_itself_is_no_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
