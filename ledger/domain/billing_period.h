/* An account's billing periods, [1st 00:00, 16th 00:00) and [16th 00:00, 1st 00:00) of the zone
 * that it has then, its calendar months and its days (D.14, LED-26). Each instant is of exactly one
 * of each: periods never overlap and leave no gap, whatever a zone skips or repeats and whenever
 * the account changes its zone.
 *
 * A changed zone begins with a period, at an instant that is kept. A period ends by the zone that
 * it began with: that which begins with the change is a day or so shorter or longer. */
#ifndef LEDGER_DOMAIN_BILLING_PERIOD_H
#define LEDGER_DOMAIN_BILLING_PERIOD_H

#include <stddef.h>

#include "runtime/base/zone.h"

/* Two changes a month at most, of the 40 days before and after a moment, and the one before. */
#define BILLING_ZONES_MAX 8

struct billing_zone {
    const struct zone *zone;
    int64_t since_us; /* of the first: any */
};

/* In the order of time; one at least. */
struct billing_zones {
    struct billing_zone items[BILLING_ZONES_MAX];
    size_t count;
};

struct billing_span {
    int64_t from_us;
    int64_t to_us; /* exclusive */
};

struct billing_span billing_period_of(const struct billing_zones *zones, int64_t instant_us);

/* Two periods: a month in whose middle the zone changed begins by one and ends by the other. */
struct billing_span billing_month_of(const struct billing_zones *zones, int64_t instant_us);

/* A day of 23 or 25 hours is one day; that in which the zone changes is cut there. */
struct billing_span billing_day_of(const struct billing_zones *zones, int64_t instant_us);

/* Since when a zone counts that is chosen now: with the next period, in the place of any that was
 * chosen for it before. */
int64_t billing_change_us(const struct billing_zones *zones, int64_t now_us);

#endif
