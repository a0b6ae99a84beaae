/* Which units of usage the assets with figures cover: D.9 step 1, SHR-20. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sharing/domain/coverage.h"

static struct id numbered(uint8_t number)
{
    return (struct id){{[15] = number}};
}

static void a_rate_is_a_sku_a_region_and_a_price(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool fits;
        int64_t nano;
    } cases[] = {
        {"ecs.large@eu-central-1=120000000", true, 120000000},
        {"ecs.large@*=1", true, 1},
        {"a@b", true, 0},
        {"a@*=1000000000000000", true, COVERAGE_FIGURE_MAX},
        {"a@*=1000000000000001", false, 0},
        {"a@*=99999999999999999999999", false, 0},
        {"a@*=0", false, 0},
        {"a@*=01", false, 0},
        {"a@*=", false, 0},
        {"a@*=1x", false, 0},
        {"a@*=-1", false, 0},
        {"a@**", false, 0},
        {"a@", false, 0},
        {"@a", false, 0},
        {"a", false, 0},
        {"", false, 0},
        {"a,b@c", false, 0},
        {"a@012345678901234567890123456789012", false, 0},
        {"0123456789012345678901234567890123456789012345678901234567890123@x", true, 0},
        {"01234567890123456789012345678901234567890123456789012345678901234@x", false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct coverage_rate rate = {0};
        assert_int_equal(coverage_rate_parse(cases[i].text, &rate), cases[i].fits);
        if (cases[i].fits)
            assert_int_equal(rate.nano, cases[i].nano);
    }
}

static size_t parse_all(const char *const *texts, size_t count, struct coverage_rate *rates)
{
    for (size_t i = 0; i < count; i++)
        assert_true(coverage_rate_parse(texts[i], &rates[i]));
    return count;
}

static void a_named_region_goes_before_every_region(void **state)
{
    (void)state;
    static const char *const texts[] = {"s@*=5", "s@eu=4", "t@us=3"};
    struct coverage_rate rates[3];
    size_t count = parse_all(texts, 3, rates);
    assert_int_equal(coverage_rate_find(rates, count, "s", "eu")->nano, 4);
    assert_int_equal(coverage_rate_find(rates, count, "s", "us")->nano, 5);
    assert_int_equal(coverage_rate_find(rates, count, "s", "")->nano, 5);
    assert_int_equal(coverage_rate_find(rates, count, "s", "*")->nano, 5);
    assert_int_equal(coverage_rate_find(rates, count, "t", "us")->nano, 3);
    assert_null(coverage_rate_find(rates, count, "t", "eu"));
    assert_null(coverage_rate_find(rates, count, "t", ""));
    assert_null(coverage_rate_find(rates, count, "ss", "eu"));
    assert_int_equal(coverage_width(rates, count), 1002);
    assert_int_equal(coverage_width(rates + 1, 2), 2);
    assert_true(coverage_rate_same(&rates[0], &rates[0]));
    assert_false(coverage_rate_same(&rates[0], &rates[1]));
    assert_false(coverage_rate_same(&rates[1], &rates[2]));
}

static void figures_belong_together(void **state)
{
    (void)state;
    static const char *const priced[] = {"s@*=5", "t@*=6"}, *const plain[] = {"s@*", "t@*"};
    struct coverage_rate prices[2], names[2];
    (void)parse_all(priced, 2, prices), (void)parse_all(plain, 2, names);
    const struct {
        struct coverage_figures figures;
        bool whole;
    } cases[] = {
        {{COVERAGE_PLAN, 0, false, NULL, 0}, true},
        {{COVERAGE_PLAN, 0, true, NULL, 0}, false},
        {{COVERAGE_PLAN, 0, false, prices, 1}, false},
        {{COVERAGE_PLAN, 1, true, prices, 2}, true},
        {{COVERAGE_PLAN, -1, true, prices, 2}, false},
        {{COVERAGE_PLAN, 1, false, prices, 2}, false},
        {{COVERAGE_PLAN, 1, true, names, 2}, false},
        {{COVERAGE_PLAN, 1, true, NULL, 0}, false},
        {{COVERAGE_PLAN, COVERAGE_FIGURE_MAX, true, prices, 2}, true},
        {{COVERAGE_PLAN, COVERAGE_FIGURE_MAX + 1, true, prices, 2}, false},
        {{COVERAGE_RESERVED, 1, false, names, 1}, true},
        {{COVERAGE_RESERVED, 1, false, names, 2}, false},
        {{COVERAGE_RESERVED, 1, true, names, 1}, false},
        {{COVERAGE_RESERVED, 1, false, prices, 1}, false},
        {{COVERAGE_PACKAGE, 1, false, names, 2}, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(coverage_figures_are_whole(&cases[i].figures), cases[i].whole);
    assert_int_equal(coverage_hour_us(COVERAGE_HOUR_US - 1), 0);
    assert_int_equal(coverage_hour_us(COVERAGE_HOUR_US), COVERAGE_HOUR_US);
}

static void hours_count_that_an_asset_has_in_part(void **state)
{
    (void)state;
    const int64_t hour = COVERAGE_HOUR_US;
    const struct {
        int64_t start, end, provisioned, expire, count;
    } cases[] = {
        {0, 24 * hour, 0, 100 * hour, 24},
        {0, 24 * hour, 10 * hour + 1, 100 * hour, 14},
        {0, 24 * hour, 11 * hour, 100 * hour, 13},
        {0, 24 * hour, 0, 10 * hour, 10},
        {0, 24 * hour, 0, 10 * hour + 1, 11},
        {1, hour, 0, 10 * hour, 0},
        {1, hour + 1, 0, 10 * hour, 1},
        {24 * hour, 48 * hour, 0, 24 * hour, 0},
        {24 * hour, 24 * hour, 0, 99 * hour, 0},
        {0, 24 * hour, 24 * hour, 99 * hour, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            coverage_hours(cases[i].start, cases[i].end, cases[i].provisioned, cases[i].expire),
            cases[i].count);
}

/* c-10: what a recipient sees of an asset's use. */
static void hours_are_held_that_an_interval_touches(void **state)
{
    (void)state;
    const int64_t hour = COVERAGE_HOUR_US;
    struct interval held[] = {{9 * hour, INTERVAL_OPEN}, {5 * hour + 1, 6 * hour + 1},
                              {hour - 1, hour},          {4 * hour, 4 * hour},
                              {3 * hour, 2 * hour},      {7 * hour, 7 * hour + 1},
                              {5 * hour, 6 * hour}};
    assert_int_equal(coverage_held_hours(held, 7), 3);
    const struct interval expected[] = {{0, hour}, {5 * hour, 8 * hour}, {9 * hour, INTERVAL_OPEN}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(held[i].start_us, expected[i].start_us);
        assert_int_equal(held[i].end_us, expected[i].end_us);
    }
    assert_int_equal(coverage_held_hours(held, 0), 0);
}

/* Each comes right before the next one: by one thing that decides, against all that follow it. */
static void pairs_are_served_in_the_order_of_the_rules(void **state)
{
    (void)state;
    const struct coverage_pair order[] = {
        {.tier = COVERAGE_PACKAGE, .is_shared = true, .width = 9, .asset_id = numbered(9)},
        {.tier = COVERAGE_RESERVED, .width = 9, .asset_id = numbered(8), .expire_us = 9},
        {.tier = COVERAGE_RESERVED, .is_shared = true, .width = 1, .expire_us = 9},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 3,
         .asset_id = numbered(7)},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(1),
         .group = 1},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(2),
         .list_nano = 1,
         .account_id = numbered(9)},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(2),
         .group = 1,
         .list_nano = 6,
         .account_id = numbered(8)},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(2),
         .group = 1,
         .list_nano = 5,
         .account_id = numbered(1),
         .piece_id = numbered(9)},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(2),
         .group = 1,
         .list_nano = 5,
         .account_id = numbered(2),
         .piece_id = numbered(1)},
        {.tier = COVERAGE_RESERVED,
         .is_shared = true,
         .width = 2,
         .expire_us = 4,
         .asset_id = numbered(2),
         .group = 1,
         .list_nano = 5,
         .account_id = numbered(2),
         .piece_id = numbered(2)},
        /* Of a savings plan not the dearest, but what saves most for its rate: 30/10, 50/20, 9/4.
         */
        {.tier = COVERAGE_PLAN, .list_nano = 30, .rate_nano = 10, .piece_id = numbered(3)},
        {.tier = COVERAGE_PLAN, .list_nano = 50, .rate_nano = 20, .piece_id = numbered(2)},
        {.tier = COVERAGE_PLAN, .list_nano = 9, .rate_nano = 4, .piece_id = numbered(1)},
    };
    size_t count = sizeof(order) / sizeof(order[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int expected = (i > j) - (i < j), found = coverage_pair_compare(&order[i], &order[j]);
            assert_int_equal((found > 0) - (found < 0), expected);
        }
    }
}

static void a_savings_plan_covers_what_it_makes_cheaper(void **state)
{
    (void)state;
    struct coverage_pair pair = {.tier = COVERAGE_PLAN, .list_nano = 10, .rate_nano = 9};
    assert_int_equal(coverage_decide(&pair, true), COVERAGE_COVERS);
    assert_int_equal(coverage_decide(&pair, false), COVERAGE_OTHER_CURRENCY);
    pair.rate_nano = 10;
    assert_int_equal(coverage_decide(&pair, true), COVERAGE_NOT_CHEAPER);
    pair.tier = COVERAGE_RESERVED;
    assert_int_equal(coverage_decide(&pair, false), COVERAGE_COVERS);
    assert_string_equal(coverage_refusal(COVERAGE_HOUR_USED_UP)->reason, "HOUR_USED_UP");
}

/* Units until Σ units × rate reaches the commitment: at 0.60 an hour and 0.15 a unit 4 units. */
static void an_hour_is_taken_until_it_is_used_up(void **state)
{
    (void)state;
    const struct {
        enum coverage_tier tier;
        int64_t rate_nano, left, quantity, covered, used;
    } cases[] = {
        {COVERAGE_PLAN, 150000000, 600000, 4000000, 4000000, 600000},
        {COVERAGE_PLAN, 150000000, 600000, 10000000, 4000000, 600000},
        {COVERAGE_PLAN, 150000000, 600000, 3999999, 3999999, 600000}, /* 599999.85 is 600000 */
        {COVERAGE_PLAN, 150000000, 0, 10, 0, 0},
        {COVERAGE_PLAN, 3000000000, 2, 10, 0, 0}, /* a micro-unit takes 3 */
        {COVERAGE_PLAN, 3000000000, 3, 10, 1, 3},
        {COVERAGE_PLAN, 1, 5, 400000000, 400000000, 0}, /* 0.4 is 0 */
        {COVERAGE_PLAN, 1, 5, 500000000, 500000000, 1}, /* 0.5 is 1 */
        {COVERAGE_PLAN, 1, 5, INT64_C(9000000000), INT64_C(5000000000), 5},
        {COVERAGE_RESERVED, 0, 5000000, 4999999, 4999999, 4999999},
        {COVERAGE_RESERVED, 0, 5000000, 5000001, 5000000, 5000000},
        {COVERAGE_PACKAGE, 0, 0, 5, 0, 0},
        {COVERAGE_PLAN, COVERAGE_FIGURE_MAX, COVERAGE_FIGURE_MAX, COVERAGE_FIGURE_MAX, 1000000000,
         COVERAGE_FIGURE_MAX},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct coverage_pair pair = {.tier = cases[i].tier, .rate_nano = cases[i].rate_nano};
        struct coverage_taken taken = coverage_take(&pair, cases[i].left, cases[i].quantity);
        assert_int_equal(taken.quantity_micros, cases[i].covered);
        assert_int_equal(taken.used_micros, cases[i].used);
    }
}

/* 10 units of which 4 are covered: a correction by 6 leaves the 4, by 7 gives one back. */
static void usage_is_set_off_against_corrections_of_before(void **state)
{
    (void)state;
    const struct {
        int64_t quantity, owed, coverable, owed_after;
    } rows[] = {{5, 0, 5, 0}, {5, 4, 1, 0}, {5, 5, 0, 0}, {5, 6, 0, 1}, {-5, 4, 0, 4}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t owed = rows[i].owed;
        assert_int_equal(coverage_coverable(rows[i].quantity, &owed), rows[i].coverable);
        assert_int_equal(owed, rows[i].owed_after);
    }
}

static void a_correction_gives_back_what_is_covered_too_much(void **state)
{
    (void)state;
    assert_int_equal(coverage_surplus(4, 4), 0);
    assert_int_equal(coverage_surplus(4, 3), 1);
    assert_int_equal(coverage_surplus(4, 0), 4);
    assert_int_equal(coverage_surplus(4, -1), 4);
    struct coverage_pair plan = {.tier = COVERAGE_PLAN, .rate_nano = 150000000};
    struct coverage_taken kept = {4000000, 600000};
    struct coverage_taken back = coverage_give_back(&plan, &kept, 1000000);
    assert_int_equal(back.quantity_micros, 1000000);
    assert_int_equal(back.used_micros, 150000);
    back = coverage_give_back(&plan, &kept, 9000000);
    assert_int_equal(back.quantity_micros, 4000000);
    assert_int_equal(back.used_micros, 600000);
    struct coverage_taken rounded = {1000000000, 0}; /* of two pieces of 0.5 that were 0 each */
    plan.rate_nano = 1;
    back = coverage_give_back(&plan, &rounded, 1);
    assert_int_equal(back.used_micros, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_is_a_sku_a_region_and_a_price),
        cmocka_unit_test(a_named_region_goes_before_every_region),
        cmocka_unit_test(figures_belong_together),
        cmocka_unit_test(hours_count_that_an_asset_has_in_part),
        cmocka_unit_test(hours_are_held_that_an_interval_touches),
        cmocka_unit_test(pairs_are_served_in_the_order_of_the_rules),
        cmocka_unit_test(a_savings_plan_covers_what_it_makes_cheaper),
        cmocka_unit_test(an_hour_is_taken_until_it_is_used_up),
        cmocka_unit_test(usage_is_set_off_against_corrections_of_before),
        cmocka_unit_test(a_correction_gives_back_what_is_covered_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
