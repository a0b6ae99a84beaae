#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "runtime/base/zone.h"

static int64_t seconds_of(const char *text)
{
    struct tm date = {0};
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d:%d", &date.tm_year, &date.tm_mon, &date.tm_mday,
                            &date.tm_hour, &date.tm_min, &date.tm_sec),
                     6);
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    return timegm(&date);
}

static const char *text_of(int64_t seconds, char text[32])
{
    struct tm date;
    time_t time = seconds;
    assert_non_null(gmtime_r(&time, &date));
    assert_true(strftime(text, 32, "%Y-%m-%d %H:%M:%S", &date) > 0);
    return text;
}

static struct zone *zone_of(const char *name)
{
    struct zone *zone;
    if (zone_read(name, &zone) != FAILURE_NONE)
        fail_msg("%s is a zone", name);
    return zone;
}

struct moment {
    const char *zone, *wall, *instant;
};

/* Gaps, overlaps, half hours, a day that never was (PAY-22, breadth C.2); and both sides of each.
 */
static void each_wall_time_happens_once(void **state)
{
    (void)state;
    static const struct moment moments[] = {
        {"America/New_York", "2027-03-14 01:59:59", "2027-03-14 06:59:59"},
        {"America/New_York", "2027-03-14 02:00:00", "2027-03-14 07:00:00"},
        {"America/New_York", "2027-03-14 02:30:00", "2027-03-14 07:00:00"},
        {"America/New_York", "2027-03-14 03:00:00", "2027-03-14 07:00:00"},
        {"America/New_York", "2027-03-14 03:00:01", "2027-03-14 07:00:01"},
        {"America/New_York", "2026-11-01 01:30:00", "2026-11-01 05:30:00"},
        {"America/New_York", "2026-11-01 01:59:59", "2026-11-01 05:59:59"},
        {"America/New_York", "2026-11-01 02:00:00", "2026-11-01 07:00:00"},
        {"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03 15:30:00"},
        {"Australia/Lord_Howe", "2027-04-04 01:45:00", "2027-04-03 14:45:00"},
        {"Africa/Cairo", "2026-04-24 00:00:00", "2026-04-23 22:00:00"},
        {"Africa/Cairo", "2026-07-03 15:00:00", "2026-07-03 12:00:00"},
        {"America/Mexico_City", "2026-07-03 15:00:00", "2026-07-03 21:00:00"},
        {"America/Santiago", "2026-09-06 00:00:00", "2026-09-06 04:00:00"},
        {"America/Havana", "2026-03-08 00:00:00", "2026-03-08 05:00:00"},
        {"America/Havana", "2015-11-01 00:00:00", "2015-11-01 04:00:00"},
        {"Pacific/Apia", "2011-12-30 15:00:00", "2011-12-30 10:00:00"},
        {"Asia/Shanghai", "2026-12-04 15:00:00", "2026-12-04 07:00:00"},
        {"UTC", "2026-12-04 15:00:00", "2026-12-04 15:00:00"},
        {"America/New_York", "2099-07-03 15:00:00", "2099-07-03 19:00:00"},
        {"Pacific/Auckland", "2099-01-01 00:00:00", "2098-12-31 11:00:00"},
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char text[32];
        struct zone *zone = zone_of(moments[i].zone);
        assert_string_equal(text_of(zone_instant_s(zone, seconds_of(moments[i].wall)), text),
                            moments[i].instant);
        zone_free(zone);
    }
}

static void an_offset_changes_at_its_second(void **state)
{
    (void)state;
    struct zone *zone = zone_of("Africa/Cairo");
    int64_t change_s = seconds_of("2026-04-23 22:00:00");
    assert_int_equal(zone_offset_s(zone, change_s - 1), 7200);
    assert_int_equal(zone_offset_s(zone, change_s), 10800);
    assert_int_equal(zone_offset_s(zone, seconds_of("1800-01-01 00:00:00")), 7509);
    zone_free(zone);
}

static void a_name_is_one_of_the_list(void **state)
{
    (void)state;
    static const char *const none[] = {
        "",
        "Factory",
        "localtime",
        "posixrules",
        "tzdata.zi",
        "posix/Asia/Shanghai",
        "Asia",
        "Asia/Shanghai ",
        "asia/shanghai",
        "Asia/Shanghai/",
        "../zoneinfo/UTC",
        "/etc/passwd",
        "+08:00",
        "Mars/Olympus",
        "Z",
        "L",
        "Asia/A_name_that_is_longer_than_any_zone_has_ever_had_or_will"};
    struct zone *zone;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (zone_read(none[i], &zone) != FAILURE_INVALID || zone)
            fail_msg("%s is no zone", none[i]);
    static const char *const some[] = {"PRC", "Etc/GMT+12", "America/Argentina/ComodRivadavia",
                                       "Asia/Kolkata"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        zone_free(zone_of(some[i]));
    char version[ZONE_VERSION_SIZE];
    assert_int_equal(zone_version(version), FAILURE_NONE);
    assert_true(strcmp(version, "2022") > 0);
}

/* A line of a zone's name, what is asked ("offset", "instant") and its seconds: a line of seconds
 * is answered, for tests/foreign/zone_test.py. */
static int answer(void)
{
    char name[ZONE_NAME_SIZE], read[ZONE_NAME_SIZE] = "", what[16];
    long long seconds;
    struct zone *zone = NULL;
    while (scanf("%47s %15s %lld", name, what, &seconds) == 3) {
        if (strcmp(name, read) != 0) {
            zone_free(zone);
            zone = zone_of(name);
            memcpy(read, name, sizeof read);
        }
        printf("%lld\n", (long long)(strcmp(what, "offset") == 0 ? zone_offset_s(zone, seconds)
                                                                 : zone_instant_s(zone, seconds)));
    }
    zone_free(zone);
    return 0;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_wall_time_happens_once),
                                       cmocka_unit_test(an_offset_changes_at_its_second),
                                       cmocka_unit_test(a_name_is_one_of_the_list)};
    if (count > 1 && strcmp(arguments[1], "--answer") == 0)
        return answer();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
