#include "ledger/jobs/runway_read.h"

#include "ledger/domain/billing_period.h"
#include "ledger/batch/billing_zones.h"
#include "ledger/store/history_store.h"
#include "ledger/store/spend_store.h"

#define HOUR_US (INT64_C(3600) * 1000000)

/* The complete days of the account's calendar that lie behind a moment, seven at most. */
static struct billing_span complete_days(const struct billing_zones *zones, int64_t opened_us,
                                         int64_t now_us, int64_t *count)
{
    int64_t today_us = billing_day_of(zones, now_us).from_us;
    struct billing_span days = {today_us, today_us};
    for (*count = 0; *count < RUNWAY_BURN_DAYS; ++*count) {
        int64_t from_us = billing_day_of(zones, days.from_us - 1).from_us;
        if (from_us < opened_us)
            break;
        days.from_us = from_us;
    }
    return days;
}

static enum failure read_last_hour(struct reader reader, const struct account *account,
                                   struct runway_facts *facts)
{
    const struct company_accounts wanted = {account->company_id, &account->id, 1};
    struct consumption consumed = {.micros = 0};
    size_t count = 0;
    enum failure failure = history_store_read_consumption(
        reader, &wanted, (struct consumption_span){facts->now_us - HOUR_US, facts->now_us},
        &consumed, &count);
    facts->last_hour_micros = consumed.micros;
    return failure;
}

enum failure runway_read_burn(struct reader reader, const struct account *account,
                              const struct billing_zones *zones, struct runway_facts *facts)
{
    struct billing_span days =
        complete_days(zones, account->opened_us, facts->now_us, &facts->days);
    return spend_store_read_days(reader, account->id, days.from_us, days.to_us,
                                 &facts->spend_micros);
}

enum failure runway_read(struct reader reader, const struct account *account, int64_t now_us,
                         struct runway_facts *facts)
{
    struct dated_zones dated;
    struct billing_zones zones;
    *facts = (struct runway_facts){.available_micros = account_available(account),
                                   .line_micros = account_suspension_line(account),
                                   .below_line = account_is_below_line(account),
                                   .now_us = now_us};
    enum failure failure = billing_zone_store_read(reader, account->id, now_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(reader.task, &dated, &zones);
    if (failure != FAILURE_NONE)
        return failure;
    failure = runway_read_burn(reader, account, &zones, facts);
    return failure == FAILURE_NONE ? read_last_hour(reader, account, facts) : failure;
}
