/* Budgets (LED-36, LED-44, breadth A.5): both sides of a threshold, once a period, what a change
 * arms, the forecast, and which months a period has. */
#include "ledger/domain/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define UNIT INT64_C(1000000)
#define DAY_US (INT64_C(86400) * UNIT)
#define NOW_US INT64_C(1800000000000000)

static struct budget budget_of(int64_t amount_micros, int64_t fired_ppm)
{
    return (struct budget){.name = "b",
                           .amount_micros = amount_micros,
                           .period = BUDGET_MONTH,
                           .basis = BUDGET_ACTUAL,
                           .thresholds_ppm = {500000, 800000, 1000000},
                           .threshold_count = 3,
                           .period_start_us = NOW_US,
                           .fired_ppm = fired_ppm};
}

static void both_sides_of_a_threshold(void **state)
{
    (void)state;
    static const struct {
        int64_t amount, fired, measure, crossed;
    } rows[] = {
        {1000 * UNIT, 0, 0, 0},
        {1000 * UNIT, 0, 500 * UNIT - 1, 0},
        {1000 * UNIT, 0, 500 * UNIT, 500000},
        {1000 * UNIT, 500000, 800 * UNIT - 1, 0},
        {1000 * UNIT, 500000, 800 * UNIT, 800000},
        {1000 * UNIT, 0, 1000 * UNIT - 1, 800000},
        {1000 * UNIT, 0, 1000 * UNIT, 1000000}, /* three at once: the highest */
        {1000 * UNIT, 1000000, 9000 * UNIT, 0},
        {1000 * UNIT, 800000, 500 * UNIT, 0}, /* refunds go back, and nothing is told again */
        {1000 * UNIT, 0, -UNIT, 0},
        {3, 0, 1, 0}, /* 1.5 is not reached by 1 */
        {3, 0, 2, 500000},
        {ACCOUNT_MICROS_MAX, 0, ACCOUNT_MICROS_MAX - 1, 800000},
        {ACCOUNT_MICROS_MAX, 0, INT64_MAX, 1000000},
        {ACCOUNT_MICROS_MAX, 0, INT64_MIN, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct budget budget = budget_of(rows[i].amount, rows[i].fired);
        assert_int_equal(budget_crossed(&budget, rows[i].measure), rows[i].crossed);
    }
}

static void thresholds(void **state)
{
    (void)state;
    static const struct {
        int64_t ppm[3];
        size_t count;
        bool some;
    } rows[] = {
        {{1}, 1, true},
        {{0}, 1, false},
        {{-1}, 1, false},
        {{10000000}, 1, true},
        {{10000001}, 1, false},
        {{500000, 500001}, 2, true},
        {{500000, 500000}, 2, false},
        {{500000, 499999}, 2, false},
        {{1, 2, 3}, 3, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(budget_thresholds_are_some(rows[i].ppm, rows[i].count), rows[i].some);
    const int64_t eleven[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    assert_true(budget_thresholds_are_some(eleven, 10));
    assert_false(budget_thresholds_are_some(eleven, 11));
    assert_false(budget_thresholds_are_some(eleven, 0));
    assert_false(budget_thresholds_are_some(NULL, 0));
}

static void a_period_arms_all(void **state)
{
    (void)state;
    struct budget budget = budget_of(UNIT, 800000);
    budget_begin_period(&budget, NOW_US);
    assert_int_equal(budget.fired_ppm, 800000);
    budget_begin_period(&budget, NOW_US - 1); /* by a clock that is behind */
    assert_int_equal(budget.fired_ppm, 800000);
    assert_int_equal(budget.period_start_us, NOW_US);
    budget_begin_period(&budget, NOW_US + 1);
    assert_int_equal(budget.fired_ppm, 0);
    assert_int_equal(budget.period_start_us, NOW_US + 1);
}

static void a_change_arms_another_amount(void **state)
{
    (void)state;
    static const int64_t ppm[] = {400000, 900000};
    struct budget budget = budget_of(UNIT, 800000);
    budget.of_cap = true;
    budget_change(&budget, UNIT, ppm, 2);
    assert_int_equal(budget.fired_ppm, 800000);
    assert_int_equal(budget.threshold_count, 2);
    assert_int_equal(budget.thresholds_ppm[1], 900000);
    assert_false(budget.of_cap);
    assert_int_equal(budget_crossed(&budget, UNIT / 10 * 8), 0); /* 40 % is below what was told */
    assert_int_equal(budget_crossed(&budget, UNIT / 10 * 9), 900000);
    budget_change(&budget, UNIT + 1, ppm, 1);
    assert_int_equal(budget.fired_ppm, 0);
    assert_int_equal(budget.amount_micros, UNIT + 1);
    assert_int_equal(budget_crossed(&budget, UNIT), 400000);
}

static void a_cap_has_fifty_eighty_and_a_hundred(void **state) /* LED-44 */
{
    (void)state;
    struct budget budget = {.fired_ppm = 800000};
    assert_false(budget_is_for_cap(0));
    assert_true(budget_is_for_cap(1));
    budget_fill_of_cap(&budget, 1000 * UNIT);
    assert_true(budget_agrees(&budget));
    assert_true(budget.of_cap);
    assert_int_equal(budget.period, BUDGET_MONTH);
    assert_int_equal(budget.basis, BUDGET_ACTUAL);
    assert_int_equal(budget.threshold_count, 3);
    assert_int_equal(budget.thresholds_ppm[0], 500000);
    assert_int_equal(budget.thresholds_ppm[1], 800000);
    assert_int_equal(budget.thresholds_ppm[2], 1000000);
    assert_int_equal(budget.fired_ppm, 0);
}

static int64_t forecast(int64_t spent, int64_t burn, int64_t days, int64_t remaining_us)
{
    const struct budget_facts facts = {.span = {NOW_US - 1, NOW_US + remaining_us},
                                       .now_us = NOW_US,
                                       .spent_micros = spent,
                                       .burn_micros = burn,
                                       .burn_days = days};
    return budget_forecast(&facts);
}

static void the_pace_of_the_last_days(void **state) /* A.5 */
{
    (void)state;
    /* 100 a day, and ten days to come */
    assert_int_equal(forecast(300 * UNIT, 700 * UNIT, 7, 10 * DAY_US), 1300 * UNIT);
    assert_int_equal(forecast(300 * UNIT, 200 * UNIT, 2, 10 * DAY_US), 1300 * UNIT);
    assert_int_equal(forecast(300 * UNIT, 0, 7, 10 * DAY_US), 300 * UNIT);
    assert_int_equal(forecast(300 * UNIT, 0, 0, 10 * DAY_US), 300 * UNIT); /* its first day */
    assert_int_equal(forecast(300 * UNIT, -70 * UNIT, 7, 10 * DAY_US), 200 * UNIT);
    assert_int_equal(forecast(0, 604800, 7, UNIT), 1);     /* a micro a second */
    assert_int_equal(forecast(0, 604800, 7, UNIT - 1), 0); /* no whole second is left */
    assert_int_equal(forecast(0, 302400, 7, UNIT), 1);     /* half of one goes away from zero */
    assert_int_equal(forecast(0, 302399, 7, UNIT), 0);
    assert_int_equal(forecast(0, -302400, 7, UNIT), -1);
    assert_int_equal(forecast(1, INT64_MAX, 1, 366 * DAY_US), INT64_MAX);
    assert_int_equal(forecast(-1, INT64_MIN, 1, 366 * DAY_US), INT64_MIN);
    const struct budget_facts facts = {.span = {NOW_US - 1, NOW_US + DAY_US},
                                       .now_us = NOW_US,
                                       .spent_micros = 5,
                                       .burn_micros = 14,
                                       .burn_days = 7};
    struct budget budget = budget_of(UNIT, 0);
    assert_int_equal(budget_measure(&budget, &facts), 5);
    budget.basis = BUDGET_FORECAST;
    assert_int_equal(budget_measure(&budget, &facts), 7);
}

static void the_months_of_a_period(void **state)
{
    (void)state;
    /* the tenths of months of 2027, by date -u -d 2027-MM-10 +%s */
    static const int64_t tenths[12] = {1799539200, 1802217600, 1804636800, 1807315200,
                                       1809907200, 1812585600, 1815177600, 1817856000,
                                       1820534400, 1823126400, 1825804800, 1828396800};
    static const struct {
        enum budget_period period;
        int month, first, last;
    } rows[] = {
        {BUDGET_MONTH, 0, 0, 0},   {BUDGET_MONTH, 10, 10, 10}, {BUDGET_QUARTER, 0, 0, 2},
        {BUDGET_QUARTER, 2, 0, 2}, {BUDGET_QUARTER, 3, 3, 5},  {BUDGET_QUARTER, 10, 9, 11},
        {BUDGET_YEAR, 0, 0, 11},   {BUDGET_YEAR, 11, 0, 11},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int zone_h = -14; zone_h <= 14; zone_h += 14) { /* a wall's months begin so late */
            int64_t shift_us = INT64_C(3600) * UNIT * zone_h;
            int64_t from_us = tenths[rows[i].month] * UNIT - 9 * DAY_US + shift_us;
            int64_t to_us = rows[i].month < 11
                                ? tenths[rows[i].month + 1] * UNIT - 9 * DAY_US + shift_us
                                : from_us + 31 * DAY_US;
            struct budget_bounds bounds =
                budget_bounds_of(rows[i].period, (struct billing_span){from_us, to_us});
            assert_int_equal(bounds.first_us, tenths[rows[i].first] * UNIT);
            assert_int_equal(bounds.last_us, tenths[rows[i].last] * UNIT);
        }
}

static void who_is_refused(void **state)
{
    (void)state;
    const struct account open = {.state = ACCOUNT_ACTIVE, .currency = "CNY"};
    const struct account closed = {.state = ACCOUNT_CLOSED, .currency = "CNY"};
    assert_null(budget_create_decide(&open, "CNY", 19));
    assert_ptr_equal(budget_create_decide(&open, "CNY", 20), budget_refusal(BUDGET_TOO_MANY));
    assert_ptr_equal(budget_create_decide(&open, "USD", 20),
                     budget_refusal(BUDGET_CURRENCY_MISMATCH));
    assert_ptr_equal(budget_create_decide(&closed, "USD", 0),
                     budget_refusal(BUDGET_ACCOUNT_CLOSED));
    assert_ptr_equal(budget_create_decide(NULL, "CNY", 0), budget_refusal(BUDGET_ACCOUNT_UNKNOWN));
    assert_null(budget_change_decide(&open, true, "CNY"));
    assert_ptr_equal(budget_change_decide(&open, true, "USD"),
                     budget_refusal(BUDGET_CURRENCY_MISMATCH));
    assert_ptr_equal(budget_change_decide(&open, false, "USD"), budget_refusal(BUDGET_UNKNOWN));
    assert_ptr_equal(budget_change_decide(&closed, false, "USD"),
                     budget_refusal(BUDGET_ACCOUNT_CLOSED));
    assert_ptr_equal(budget_change_decide(NULL, false, "USD"),
                     budget_refusal(BUDGET_ACCOUNT_UNKNOWN));
    assert_null(budget_delete_decide(&closed, true));
    assert_ptr_equal(budget_delete_decide(&open, false), budget_refusal(BUDGET_UNKNOWN));
    assert_ptr_equal(budget_delete_decide(NULL, false), budget_refusal(BUDGET_ACCOUNT_UNKNOWN));
}

static void rows_that_nobody_made_disagree(void **state)
{
    (void)state;
    const struct budget good = budget_of(UNIT, 0);
    assert_true(budget_agrees(&good));
    for (int kind = 0; kind < 9; kind++) {
        struct budget odd = good;
        odd.amount_micros = kind == 0 ? 0 : kind == 1 ? ACCOUNT_MICROS_MAX + 1 : UNIT;
        odd.period = (enum budget_period)(kind == 2 ? 0 : kind == 3 ? 4 : 1);
        odd.basis = (enum budget_basis)(kind == 4 ? 0 : kind == 5 ? 3 : 1);
        odd.threshold_count = kind == 6 ? 0 : 3;
        odd.fired_ppm = kind == 7 ? -1 : kind == 8 ? 10000001 : 0;
        assert_false(budget_agrees(&odd));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_a_threshold),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(a_period_arms_all),
        cmocka_unit_test(a_change_arms_another_amount),
        cmocka_unit_test(a_cap_has_fifty_eighty_and_a_hundred),
        cmocka_unit_test(the_pace_of_the_last_days),
        cmocka_unit_test(the_months_of_a_period),
        cmocka_unit_test(who_is_refused),
        cmocka_unit_test(rows_that_nobody_made_disagree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
