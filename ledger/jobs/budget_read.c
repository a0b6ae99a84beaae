#include "ledger/jobs/budget_read.h"

#include "ledger/batch/billing_zones.h"
#include "ledger/jobs/runway_read.h"
#include "ledger/store/spend_store.h"

static enum failure find_zones(struct reader reader, struct id account_id, int64_t at_us,
                               struct billing_zones *zones)
{
    struct dated_zones dated;
    enum failure failure = billing_zone_store_read(reader, account_id, at_us, &dated);
    return failure == FAILURE_NONE ? billing_zones_find(reader.task, &dated, zones) : failure;
}

/* Zones are known around a moment only: a period begins by those of its first month and ends by
 * those of its last. */
static enum failure find_span(struct reader reader, struct id account_id,
                              struct budget_bounds bounds, struct billing_span *span)
{
    struct billing_zones zones;
    enum failure failure = find_zones(reader, account_id, bounds.first_us, &zones);
    if (failure != FAILURE_NONE)
        return failure;
    *span = billing_month_of(&zones, bounds.first_us);
    if (bounds.last_us == bounds.first_us)
        return FAILURE_NONE;
    failure = find_zones(reader, account_id, bounds.last_us, &zones);
    if (failure == FAILURE_NONE)
        span->to_us = billing_month_of(&zones, bounds.last_us).to_us;
    return failure;
}

static enum failure read_facts(struct reader reader, enum budget_period period,
                               const struct budget_reading *reading, struct budget_facts *facts)
{
    const struct account *account = reading->account;
    struct runway_facts burn = {.now_us = reading->now_us};
    struct billing_zones zones;
    facts->now_us = reading->now_us;
    enum failure failure = find_zones(reader, account->id, reading->now_us, &zones);
    if (failure == FAILURE_NONE)
        failure = find_span(reader, account->id,
                            budget_bounds_of(period, billing_month_of(&zones, reading->now_us)),
                            &facts->span);
    if (failure == FAILURE_NONE)
        failure = runway_read_burn(reader, account, &zones, &burn);
    if (failure == FAILURE_NONE)
        failure = spend_store_read_days(reader, account->id, facts->span.from_us, facts->span.to_us,
                                        &facts->spent_micros);
    facts->burn_micros = burn.spend_micros;
    facts->burn_days = burn.days;
    return failure;
}

enum failure budget_read(struct reader reader, enum budget_period period,
                         struct budget_reading *reading)
{
    if (reading->is_read[period])
        return FAILURE_NONE;
    enum failure failure = read_facts(reader, period, reading, &reading->facts[period]);
    reading->is_read[period] = failure == FAILURE_NONE;
    return failure;
}
