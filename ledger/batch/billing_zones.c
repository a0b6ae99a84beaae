#include "ledger/batch/billing_zones.h"

#include "runtime/process/time_zone.h"

enum failure billing_zones_find(struct task *task, const struct dated_zones *dated,
                                struct billing_zones *zones)
{
    enum failure failure = FAILURE_NONE;
    for (zones->count = 0; failure == FAILURE_NONE && zones->count < dated->count; zones->count++) {
        struct billing_zone *zone = &zones->items[zones->count];
        zone->since_us = dated->items[zones->count].since_us;
        failure = time_zone_find(task, dated->items[zones->count].name, &zone->zone);
    }
    return failure == FAILURE_INVALID ? FAILURE_UNAVAILABLE : failure; /* it was one once */
}
