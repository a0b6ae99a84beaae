#include "ledger/domain/billing_period.h"

#include <assert.h>
#include <time.h>

#define SECOND_US INT64_C(1000000)
#define DAY_S INT64_C(86400)
#define NEAR_US (2 * DAY_S * SECOND_US) /* no two zones are more than 26 hours apart */

static int64_t seconds_of(int64_t instant_us)
{
    return instant_us / SECOND_US - (instant_us % SECOND_US < 0);
}

static int64_t wall_s(const struct zone *zone, int64_t instant_us)
{
    int64_t instant_s = seconds_of(instant_us);
    return instant_s + zone_offset_s(zone, instant_s);
}

/* Half months are counted from January 1970: even ones begin with the 1st, odd ones with the 16th.
 */
static int64_t half_begin_us(const struct zone *zone, int half)
{
    int is_second = half & 1;
    struct tm date = {
        .tm_year = 70, .tm_mon = (half - is_second) / 2, .tm_mday = is_second ? 16 : 1};
    return zone_instant_s(zone, timegm(&date)) * SECOND_US;
}

/* The wall may show the day before once more, after a midnight that was there already. */
static int half_of(const struct zone *zone, int64_t instant_us)
{
    struct tm date;
    time_t wall = wall_s(zone, instant_us);
    bool has_date = gmtime_r(&wall, &date) != NULL;
    assert(has_date);
    int half = (date.tm_year - 70) * 24 + date.tm_mon * 2 + (date.tm_mday >= 16);
    while (half_begin_us(zone, half) > instant_us)
        half--;
    while (half_begin_us(zone, half + 1) <= instant_us)
        half++;
    return half;
}

/* The part of time in which one zone counts. */
struct segment {
    const struct zone *zone;
    int64_t since_us, until_us;
};

static struct segment segment_of(const struct billing_zones *zones, int64_t instant_us)
{
    assert(zones->count > 0 && zones->count <= BILLING_ZONES_MAX);
    size_t i = zones->count - 1;
    while (i > 0 && zones->items[i].since_us > instant_us)
        i--;
    return (struct segment){zones->items[i].zone, i > 0 ? zones->items[i].since_us : INT64_MIN / 2,
                            i + 1 < zones->count ? zones->items[i + 1].since_us : INT64_MAX};
}

struct period {
    struct billing_span span;
    bool is_second;
};

/* The zone's own midnights near its first and last instant are that instant. */
static struct period period_of(const struct billing_zones *zones, int64_t instant_us) /* LED-26 */
{
    struct segment segment = segment_of(zones, instant_us);
    int64_t first_us = segment.since_us + NEAR_US, last_us = segment.until_us - NEAR_US;
    int64_t inside_us = instant_us < first_us ? first_us : instant_us;
    inside_us = inside_us > last_us ? last_us : inside_us;
    int half = half_of(segment.zone, inside_us);
    struct billing_span span = {half_begin_us(segment.zone, half),
                                half_begin_us(segment.zone, half + 1)};
    if (span.from_us < first_us)
        span.from_us = segment.since_us;
    if (span.to_us > last_us)
        span.to_us = segment.until_us;
    assert(span.from_us <= instant_us);
    assert(span.to_us > instant_us);
    return (struct period){span, (half & 1) == 1};
}

struct billing_span billing_period_of(const struct billing_zones *zones, int64_t instant_us)
{
    return period_of(zones, instant_us).span;
}

struct billing_span billing_month_of(const struct billing_zones *zones, int64_t instant_us)
{
    struct period period = period_of(zones, instant_us);
    if (period.is_second)
        period.span.from_us = period_of(zones, period.span.from_us - 1).span.from_us;
    else
        period.span.to_us = period_of(zones, period.span.to_us).span.to_us;
    assert(period.span.from_us <= instant_us);
    assert(period.span.to_us > instant_us);
    return period.span;
}

static int64_t day_begin_us(const struct zone *zone, int64_t day)
{
    return zone_instant_s(zone, day * DAY_S) * SECOND_US;
}

struct billing_span billing_day_of(const struct billing_zones *zones, int64_t instant_us)
{
    struct segment segment = segment_of(zones, instant_us);
    int64_t wall = wall_s(segment.zone, instant_us);
    int64_t day = wall / DAY_S - (wall % DAY_S < 0);
    while (day_begin_us(segment.zone, day) > instant_us)
        day--;
    while (day_begin_us(segment.zone, day + 1) <= instant_us)
        day++;
    struct billing_span span = {day_begin_us(segment.zone, day),
                                day_begin_us(segment.zone, day + 1)};
    if (span.from_us < segment.since_us)
        span.from_us = segment.since_us;
    if (span.to_us > segment.until_us)
        span.to_us = segment.until_us;
    assert(span.from_us <= instant_us);
    assert(span.to_us > instant_us);
    return span;
}

int64_t billing_change_us(const struct billing_zones *zones, int64_t now_us)
{
    struct billing_zones begun = *zones;
    while (begun.count > 1 && begun.items[begun.count - 1].since_us > now_us)
        begun.count--;
    int64_t change_us = period_of(&begun, now_us).span.to_us;
    assert(change_us > now_us);
    return change_us;
}
