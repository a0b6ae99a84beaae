/* D.14, LED-26: the boundaries of billing periods, months and days, each from both sides. With
 * --answer it is asked by tests/foreign/billing_period_test.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ledger/domain/billing_period.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static int64_t us_of(const char *text)
{
    struct tm date = {0};
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &date.tm_year, &date.tm_mon, &date.tm_mday,
                            &date.tm_hour, &date.tm_min),
                     5);
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    return timegm(&date) * SECOND;
}

static const char *text_of(int64_t us, char text[32])
{
    time_t time = us / SECOND;
    struct tm date;
    assert_int_equal(us % SECOND, 0);
    assert_non_null(gmtime_r(&time, &date));
    assert_true(strftime(text, 32, "%Y-%m-%d %H:%M", &date) > 0);
    return text;
}

/* Read once, for as long as the test runs. */
static const struct zone *zone_of(const char *name)
{
    static struct {
        char name[ZONE_NAME_SIZE];
        struct zone *zone;
    } known[1000];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].zone;
    assert_true(count < sizeof known / sizeof *known && strlen(name) < ZONE_NAME_SIZE);
    if (zone_read(name, &known[count].zone) != FAILURE_NONE)
        fail_msg("%s is a zone", name);
    memcpy(known[count].name, name, strlen(name) + 1);
    return known[count++].zone;
}

static void add(struct billing_zones *zones, const char *name, int64_t since_us)
{
    zones->items[zones->count++] = (struct billing_zone){zone_of(name), since_us};
}

typedef struct billing_span span_of(const struct billing_zones *zones, int64_t instant_us);

/* Every instant of a span is of it, and those beside it are of its neighbours. */
static void assert_span(span_of *of, const struct billing_zones *zones, const char *from,
                        const char *to)
{
    char text[32];
    const int64_t inside[] = {us_of(from), us_of(from) + 1, (us_of(from) + us_of(to)) / 2,
                              us_of(to) - 1};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        assert_string_equal(text_of(of(zones, inside[i]).from_us, text), from);
        assert_string_equal(text_of(of(zones, inside[i]).to_us, text), to);
    }
    assert_string_equal(text_of(of(zones, us_of(from) - 1).to_us, text), from);
    assert_string_equal(text_of(of(zones, us_of(to)).from_us, text), to);
}

static void assert_of_one(span_of *of, const char *name, const char *from, const char *to)
{
    struct billing_zones zones = {.count = 0};
    add(&zones, name, 0);
    assert_span(of, &zones, from, to);
}

/* Havana's midnight of 2015-11-01 happened twice; Santiago, Asuncion and Cairo skipped one of a 1st
 * or a 16th; in St. John's the last hour of October 2009 came again after the first minute of
 * November. */
static void a_period_begins_with_the_first_and_the_sixteenth(void **state)
{
    (void)state;
    assert_of_one(billing_period_of, "UTC", "2026-02-16 00:00", "2026-03-01 00:00");
    assert_of_one(billing_period_of, "UTC", "2028-02-16 00:00", "2028-03-01 00:00");
    assert_of_one(billing_period_of, "UTC", "1970-01-01 00:00", "1970-01-16 00:00");
    assert_of_one(billing_period_of, "Asia/Shanghai", "2026-12-15 16:00", "2026-12-31 16:00");
    assert_of_one(billing_period_of, "America/Havana", "2015-10-16 04:00", "2015-11-01 04:00");
    assert_of_one(billing_period_of, "America/Havana", "2015-11-01 04:00", "2015-11-16 05:00");
    assert_of_one(billing_period_of, "America/St_Johns", "2009-11-01 02:30", "2009-11-16 03:30");
    assert_of_one(billing_period_of, "Africa/Cairo", "2026-04-15 22:00", "2026-04-30 21:00");
    assert_of_one(billing_period_of, "Africa/Cairo", "2014-07-31 22:00", "2014-08-15 21:00");
    assert_of_one(billing_period_of, "America/Sao_Paulo", "2015-10-16 03:00", "2015-11-01 02:00");
    assert_of_one(billing_period_of, "America/Asuncion", "2017-09-16 04:00", "2017-10-01 04:00");
    assert_of_one(billing_period_of, "Pacific/Apia", "2011-12-16 10:00", "2011-12-31 10:00");
}

static void a_month_is_two_periods(void **state)
{
    (void)state;
    assert_of_one(billing_month_of, "UTC", "2026-02-01 00:00", "2026-03-01 00:00");
    assert_of_one(billing_month_of, "America/Havana", "2015-10-01 04:00", "2015-11-01 04:00");
    assert_of_one(billing_month_of, "America/Havana", "2015-11-01 04:00", "2015-12-01 05:00");
    assert_of_one(billing_month_of, "Pacific/Apia", "2011-12-01 10:00", "2011-12-31 10:00");
}

/* D.11: a day of 23 or 25 hours is one day, and one that never was is none. */
static void a_day_is_a_day_of_the_calendar(void **state)
{
    (void)state;
    assert_of_one(billing_day_of, "America/New_York", "2027-03-14 05:00", "2027-03-15 04:00");
    assert_of_one(billing_day_of, "America/New_York", "2026-11-01 04:00", "2026-11-02 05:00");
    assert_of_one(billing_day_of, "America/Havana", "2015-11-01 04:00", "2015-11-02 05:00");
    assert_of_one(billing_day_of, "Africa/Cairo", "2026-04-23 22:00", "2026-04-24 21:00");
    assert_of_one(billing_day_of, "Pacific/Apia", "2011-12-29 10:00", "2011-12-30 10:00");
    assert_of_one(billing_day_of, "Pacific/Apia", "2011-12-30 10:00", "2011-12-31 10:00");
    assert_of_one(billing_day_of, "America/St_Johns", "2009-10-31 02:30", "2009-11-01 02:30");
}

/* From the west of the date line to the east and back: the 1st comes 25 hours sooner or later, and
 * no stub of a period is left. */
static void a_change_begins_with_a_period_and_leaves_no_gap(void **state)
{
    (void)state;
    struct billing_zones zones = {.count = 0};
    add(&zones, "Pacific/Pago_Pago", 0);
    int64_t since_us = billing_change_us(&zones, us_of("2026-11-20 00:00"));
    assert_int_equal(since_us, us_of("2026-12-01 11:00"));
    add(&zones, "Pacific/Kiritimati", since_us);
    assert_int_equal(billing_change_us(&zones, us_of("2026-11-20 00:00")), since_us);
    since_us = billing_change_us(&zones, us_of("2026-12-01 11:00"));
    assert_int_equal(since_us, us_of("2026-12-15 10:00"));
    add(&zones, "Pacific/Pago_Pago", since_us);
    assert_span(billing_period_of, &zones, "2026-11-16 11:00", "2026-12-01 11:00");
    assert_span(billing_period_of, &zones, "2026-12-01 11:00", "2026-12-15 10:00");
    assert_span(billing_period_of, &zones, "2026-12-15 10:00", "2027-01-01 11:00");
    assert_span(billing_period_of, &zones, "2027-01-01 11:00", "2027-01-16 11:00");
    assert_span(billing_month_of, &zones, "2026-11-01 11:00", "2026-12-01 11:00");
    assert_span(billing_month_of, &zones, "2026-12-01 11:00", "2027-01-01 11:00");
    assert_span(billing_day_of, &zones, "2026-11-30 11:00", "2026-12-01 11:00");
    assert_span(billing_day_of, &zones, "2026-12-01 11:00", "2026-12-02 10:00");
    assert_span(billing_day_of, &zones, "2026-12-14 10:00", "2026-12-15 10:00");
    assert_span(billing_day_of, &zones, "2026-12-15 10:00", "2026-12-15 11:00");
}

/* The database may learn later that a zone's midnight was another instant: what was kept counts. */
static void a_kept_instant_counts_whatever_the_database_says_later(void **state)
{
    (void)state;
    static const int64_t moved[] = {-2 * HOUR, -SECOND, SECOND, 2 * HOUR};
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        struct billing_zones zones = {.count = 0};
        int64_t since_us = us_of("2026-12-01 00:00") + moved[i];
        add(&zones, "UTC", 0);
        add(&zones, "Asia/Tokyo", since_us);
        struct billing_span before = billing_period_of(&zones, since_us - 1),
                            after = billing_period_of(&zones, since_us);
        assert_int_equal(before.from_us, us_of("2026-11-16 00:00"));
        assert_int_equal(before.to_us, since_us);
        assert_int_equal(after.from_us, since_us);
        assert_int_equal(after.to_us, us_of("2026-12-15 15:00"));
    }
}

/* A line "what instant count name since name since …" is answered by "from to", in seconds. */
static int answer(void)
{
    static const struct {
        const char *name;
        span_of *of;
    } spans[] = {
        {"period", billing_period_of}, {"month", billing_month_of}, {"day", billing_day_of}};
    char what[16], name[ZONE_NAME_SIZE];
    long long instant, since;
    int count;
    while (scanf("%15s %lld %d", what, &instant, &count) == 3) {
        struct billing_zones zones = {.count = 0};
        while (count-- > 0 && scanf("%47s %lld", name, &since) == 2)
            add(&zones, name, since * SECOND);
        for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
            if (strcmp(spans[i].name, what) == 0) {
                struct billing_span span = spans[i].of(&zones, instant * SECOND);
                printf("%lld %lld\n", (long long)(span.from_us / SECOND),
                       (long long)(span.to_us / SECOND));
            }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--answer") == 0)
        return answer();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_begins_with_the_first_and_the_sixteenth),
        cmocka_unit_test(a_month_is_two_periods),
        cmocka_unit_test(a_day_is_a_day_of_the_calendar),
        cmocka_unit_test(a_change_begins_with_a_period_and_leaves_no_gap),
        cmocka_unit_test(a_kept_instant_counts_whatever_the_database_says_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
