/* A group's discount and what is sold on: the vectors of breadth A.3 and A.4; and months by their
 * numbers. */
#include "ledger/domain/group_discount.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ledger/domain/month.h"
#include "ledger/domain/repricing.h"

#define UNIT INT64_C(1000000)
#define DAY_US (INT64_C(86400) * 1000000)

/* 0, 5, 8 and 10 % from 0, 100k, 500k and 1M. */
static const struct group_table standard = {
    4, {{0, 0}, {100000 * UNIT, 50000}, {500000 * UNIT, 80000}, {1000000 * UNIT, 100000}}};

static void the_volume_says_the_rate(void **state) /* LED-25 */
{
    (void)state;
    static const int64_t rows[][2] = {{-5, 0},
                                      {0, 0},
                                      {99999999999, 0},
                                      {100000 * UNIT, 50000},
                                      {499999990000, 50000},
                                      {499999999999, 50000},
                                      {500000 * UNIT, 80000},
                                      {999999999999, 80000},
                                      {1000000 * UNIT, 100000},
                                      {INT64_MAX, 100000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(group_ppm(&standard, rows[i][0]), rows[i][1]);
    static const struct group_table from_one = {1, {{UNIT, 7}}}, none = {0, {{0, 0}}};
    assert_int_equal(group_ppm(&from_one, UNIT - 1), 0);
    assert_int_equal(group_ppm(&from_one, UNIT), 7);
    assert_int_equal(group_ppm(&none, INT64_MAX), 0);
}

static void a_line_is_discounted_once(void **state)
{
    (void)state;
    static const int64_t rows[][4] = {/* list, rate, discount, contracted */
                                      {123456789, 85000, 10493827, 112962962},
                                      {-123456789, 85000, -10493827, -112962962},
                                      {5, 500000, 3, 2},
                                      {0, 500000, 0, 0},
                                      {7, 0, 0, 7},
                                      {7, 1000000, 7, 0}};
    int64_t discount, contracted;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(group_discount(rows[i][0], rows[i][1], &discount, &contracted));
        assert_int_equal(discount, rows[i][2]);
        assert_int_equal(contracted, rows[i][3]);
    }
}

static void what_is_a_table(void **state)
{
    (void)state;
    assert_null(group_table_check(&standard));
    static const struct group_table bad[] = {
        {0, {{0, 0}}},  {11, {{0, 0}}},        {1, {{-1, 0}}},        {1, {{0, 1000001}}},
        {1, {{0, -1}}}, {2, {{5, 1}, {5, 2}}}, {2, {{5, 2}, {6, 1}}}, {2, {{5, 1}, {4, 2}}}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_non_null(group_table_check(&bad[i]));
    static const struct group_table good = {2, {{5, 1000000}, {6, 1000000}}};
    assert_null(group_table_check(&good));
}

static void months_have_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number, begin_days; /* since 1970, in UTC */
    } rows[] = {{"1970-01", 0, 0},       {"1970-03", 2, 59},      {"1972-03", 26, 790},
                {"2000-02", 361, 10988}, {"2000-03", 362, 11017}, {"2026-11", 682, 20758},
                {"2026-12", 683, 20788}, {"2027-01", 684, 20819}, {"2100-03", 1562, 47541}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t number = -1, begin_us = rows[i].begin_days * DAY_US;
        char text[MONTH_SIZE];
        assert_true(month_parse(rows[i].text, &number));
        assert_int_equal(number, rows[i].number);
        month_format(number, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(month_middle_us(number), begin_us + 14 * DAY_US);
        for (int64_t hours = -14; hours <= 14; hours++) /* whatever the zone */
            assert_int_equal(month_number((struct billing_span){
                                 begin_us + (i > 0 ? hours : 0) * (DAY_US / 24), 0}),
                             number);
    }
    static const char *const bad[] = {"",        "2027",    "2027-1",   "2027-13",
                                      "2027-00", "1969-12", "2027-011", "27-01-01",
                                      "2027/01", "2027-1a", "9999-01"};
    int64_t number;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(month_parse(bad[i], &number));
}

static const struct id me = {{1}}, other = {{2}}, nobody = {{0}};

static void the_most_specific_counts(void **state)
{
    (void)state;
    struct repricing items[] = {
        {nobody, "", 1, REPRICING_ON_LIST, 1, 10}, {nobody, "oss", 1, REPRICING_ON_LIST, 2, 10},
        {me, "", 1, REPRICING_ON_LIST, 3, 10},     {me, "oss", 1, REPRICING_ON_LIST, 4, 10},
        {me, "oss", 1, REPRICING_ON_LIST, 5, 20},  {me, "oss", 1, REPRICING_ON_LIST, 6, 15},
        {other, "ecs", 1, REPRICING_ON_LIST, 7, 1}};
    assert_int_equal(repricing_choose(items, 7, me, "oss")->ppm, 5);
    assert_int_equal(repricing_choose(items, 7, me, "ecs")->ppm, 3);
    assert_int_equal(repricing_choose(items, 7, me, "")->ppm, 3);
    assert_int_equal(repricing_choose(items, 7, other, "oss")->ppm, 2);
    assert_int_equal(repricing_choose(items, 7, other, "rds")->ppm, 1);
    assert_int_equal(repricing_choose(items, 7, other, "ecs")->ppm, 7);
    assert_null(repricing_choose(items + 6, 1, me, "ecs"));
    assert_null(repricing_choose(NULL, 0, me, "ecs"));
}

static void what_is_asked_and_what_remains(void **state)
{
    (void)state;
    static const struct {
        enum repricing_basis basis;
        int64_t ppm, list, cost, resale, margin;
    } rows[] = {{REPRICING_ON_LIST, 125000, 100000001, 95000000, 112500001, 17500001},
                {REPRICING_ON_COST, 125000, 120000000, 100000001, 112500001, 12500000},
                {REPRICING_ON_LIST, -999999, 100000000, 90000000, 100, -89999900},
                {REPRICING_ON_LIST, 0, -100000001, -90000000, -100000001, -10000001},
                {REPRICING_ON_COST, 10000000, 7, 5, 55, 50}};
    int64_t resale, margin;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct repricing rule = {me, "", 1, rows[i].basis, rows[i].ppm, 0};
        const struct repricing_charge charge = {rows[i].list, rows[i].cost};
        assert_true(repricing_resale(&rule, &charge, &resale, &margin));
        assert_int_equal(resale, rows[i].resale);
        assert_int_equal(margin, rows[i].margin);
    }
    assert_true(repricing_resale(NULL, &(struct repricing_charge){10, 8}, &resale, &margin));
    assert_int_equal(resale, 10);
    assert_int_equal(margin, 2);
    const struct repricing most = {me, "", 1, REPRICING_ON_LIST, REPRICING_PPM_MAX, 0};
    assert_false(
        repricing_resale(&most, &(struct repricing_charge){INT64_MAX, 0}, &resale, &margin));
}

static void what_may_be_set(void **state)
{
    (void)state;
    static const struct {
        enum repricing_basis basis;
        int64_t ppm, now_us;
        bool resells, acknowledges;
        int64_t count;
        const char *reason;
    } rows[] = {
        {REPRICING_ON_LIST, 0, 99, true, false, 999, ""},
        {REPRICING_ON_LIST, 0, 100, true, false, 0, "REPRICING_PERIOD_STARTED"},
        {REPRICING_ON_LIST, 0, 100, false, false, 0, "RESALE_NOT_PERMITTED"},
        {REPRICING_ON_LIST, -80000, 99, true, false, 0, ""},
        {REPRICING_ON_LIST, -80001, 99, true, false, 0, "REPRICING_NEGATIVE_MARGIN"},
        {REPRICING_ON_LIST, -80001, 99, true, true, 0, ""},
        {REPRICING_ON_COST, 0, 99, true, false, 0, ""},
        {REPRICING_ON_COST, -2, 99, true, false, 0, "REPRICING_NEGATIVE_MARGIN"},
        {REPRICING_ON_LIST, 0, 99, true, false, 1000, "REPRICING_LIMIT"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct repricing rule = {me, "", 1, rows[i].basis, rows[i].ppm, 0};
        enum repricing_verdict verdict = repricing_decide(
            &rule, &(struct repricing_facts){rows[i].resells, 100, rows[i].now_us, 80000,
                                             rows[i].acknowledges, rows[i].count});
        assert_string_equal(verdict == REPRICING_ACCEPTED ? "" : repricing_refusal(verdict)->reason,
                            rows[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_volume_says_the_rate),
        cmocka_unit_test(a_line_is_discounted_once),
        cmocka_unit_test(what_is_a_table),
        cmocka_unit_test(months_have_numbers),
        cmocka_unit_test(the_most_specific_counts),
        cmocka_unit_test(what_is_asked_and_what_remains),
        cmocka_unit_test(what_may_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
