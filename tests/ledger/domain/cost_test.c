/* LED-35, LED-39: which costs may be asked for, and by which days and months they are told. */
#include "ledger/domain/cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/base/text.h"

#define HOUR_US (INT64_C(3600) * 1000000)
#define DAY_US (24 * HOUR_US)

static void what_may_be_asked(void **state)
{
    (void)state;
    static const char long_key[] =
        "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"; /* 65 */
    static const struct {
        struct cost_question question;
        const char *field; /* "": it may be asked */
        enum fault fault;
    } rows[] = {
        {{{COST_BY_DAY}, 1, "", 1, 2}, "", FAULT_NONE},
        {{{COST_BY_TAG}, 1, "k", 1, 2}, "", FAULT_NONE},
        {{{COST_BY_TAG}, 1, long_key + 1, 1, 2}, "", FAULT_NONE},
        {{{COST_BY_TAG}, 1, long_key, 1, 2}, "tag_key", FAULT_MALFORMED},
        {{{COST_BY_TAG}, 1, "", 1, 2}, "tag_key", FAULT_MALFORMED},
        {{{COST_BY_SKU, COST_BY_TAG}, 2, "a b", 1, 2}, "tag_key", FAULT_MALFORMED},
        {{{COST_BY_SKU, COST_BY_TAG}, 2, "a/b", 1, 2}, "", FAULT_NONE},
        {{{COST_BY_SKU, COST_BY_DAY}, 2, "k", 1, 2}, "tag_key", FAULT_NOT_ALLOWED},
        {{{COST_BY_DAY}, 0, "", 1, 2}, "group_by", FAULT_REQUIRED},
        {{{COST_BY_DAY, COST_BY_SKU}, 3, "", 1, 2}, "group_by", FAULT_TOO_MANY},
        {{{COST_BY_DAY, COST_BY_DAY}, 2, "", 1, 2}, "group_by", FAULT_NOT_DISTINCT},
        {{{COST_BY_NOTHING}, 1, "", 1, 2}, "group_by", FAULT_UNKNOWN_VALUE},
        {{{COST_BY_DAY, (enum cost_key)8}, 2, "", 1, 2}, "group_by", FAULT_UNKNOWN_VALUE},
        {{{COST_BY_DAY}, 1, "", 0, 2}, "start_time", FAULT_NOT_A_TIME},
        {{{COST_BY_DAY}, 1, "", 1, 0}, "end_time", FAULT_NOT_A_TIME},
        {{{COST_BY_DAY}, 1, "", 2, 2}, "end_time", FAULT_MISMATCH},
        {{{COST_BY_DAY}, 1, "", 1, 400 * DAY_US + 1}, "", FAULT_NONE},
        {{{COST_BY_DAY}, 1, "", 1, 400 * DAY_US + 2}, "end_time", FAULT_OUT_OF_RANGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cost_mistake mistake = {"", FAULT_NONE, ""};
        assert_int_equal(cost_check(&rows[i].question, &mistake), text_is_empty(rows[i].field));
        assert_string_equal(mistake.field, rows[i].field);
        assert_int_equal(mistake.fault, rows[i].fault);
    }
}

static struct zone *zone_of(const char *name)
{
    struct zone *zone = NULL;
    assert_int_equal(zone_read(name, &zone), FAILURE_NONE);
    return zone;
}

/* 2030-03-31 00:00 UTC; at 01:00 Berlin's clocks go forward. */
#define SPRING_US (INT64_C(1901145600) * 1000000)

static void days_and_months_have_names(void **state)
{
    (void)state;
    struct zone *berlin = zone_of("Europe/Berlin"), *tokyo = zone_of("Asia/Tokyo");
    const struct billing_zones zones = {.items = {{berlin, 0}, {tokyo, SPRING_US + 22 * HOUR_US}},
                                        .count = 2};
    static struct cost_calendar days, months;
    days = (struct cost_calendar){.next_us = SPRING_US - 2 * HOUR_US};
    assert_true(cost_calendar_go_on(&days, COST_BY_DAY, &zones, SPRING_US));
    assert_true(cost_calendar_go_on(&days, COST_BY_DAY, &zones, SPRING_US + 40 * HOUR_US));
    static const struct {
        int64_t hours;
        const char *name;
    } rows[] = {{-2, "2030-03-30"}, /* from where it was asked */
                {-1, "2030-03-31"},
                {22, "2030-04-01"}, /* by Tokyo, whose day it was long since */
                {39, "2030-04-02"}};
    assert_int_equal(days.count, 4);
    for (size_t i = 0; i < days.count; i++) {
        assert_int_equal(days.from_us[i], SPRING_US + rows[i].hours * HOUR_US);
        assert_string_equal(days.names[i], rows[i].name);
    }
    months = (struct cost_calendar){.next_us = SPRING_US};
    assert_true(cost_calendar_go_on(&months, COST_BY_MONTH, &zones, SPRING_US + 22 * HOUR_US));
    assert_int_equal(months.count, 1);
    assert_true(cost_calendar_go_on(&months, COST_BY_MONTH, &zones, SPRING_US + 22 * HOUR_US + 1));
    assert_int_equal(months.count, 2);
    assert_string_equal(months.names[0], "2030-03");
    assert_string_equal(months.names[1], "2030-04");
    zone_free(berlin);
    zone_free(tokyo);
}

static void a_calendar_has_an_end(void **state)
{
    (void)state;
    struct zone *utc = zone_of("UTC");
    const struct billing_zones zones = {.items = {{utc, 0}}, .count = 1};
    static struct cost_calendar days;
    days = (struct cost_calendar){.next_us = SPRING_US};
    assert_true(
        cost_calendar_go_on(&days, COST_BY_DAY, &zones, SPRING_US + COST_SPANS_MAX * DAY_US));
    assert_int_equal(days.count, COST_SPANS_MAX);
    assert_false(
        cost_calendar_go_on(&days, COST_BY_DAY, &zones, SPRING_US + COST_SPANS_MAX * DAY_US + 1));
    zone_free(utc);
}

static void what_is_answered(void **state)
{
    (void)state;
    static const struct {
        struct cost_facts facts;
        const char *reason;
    } rows[] = {{{0, true}, ""},
                {{100000, true}, ""},
                {{100001, true}, "COST_TOO_WIDE"},
                {{100001, false}, "COST_TOO_WIDE"},
                {{100000, false}, "COST_OUT_OF_RANGE"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum cost_verdict verdict = cost_decide(&rows[i].facts);
        assert_string_equal(verdict == COST_ACCEPTED ? "" : cost_refusal(verdict)->reason,
                            rows[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_asked),
        cmocka_unit_test(days_and_months_have_names),
        cmocka_unit_test(a_calendar_has_an_end),
        cmocka_unit_test(what_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
