#include "ledger/store/billing_zone_store.h"

#include "ledger/domain/country_zone.h"
#include "ledger/store/queries.h"

#define MARGIN_US (INT64_C(86400000000) * 40)

static struct ledger_read_billing_zones question(struct id account_id, int64_t at_us)
{
    return (struct ledger_read_billing_zones){.account_id = account_id,
                                              .from_us = at_us > MARGIN_US ? at_us - MARGIN_US : 0,
                                              .limit = BILLING_ZONES_MAX};
}

static void take(struct rows *rows, struct dated_zones *zones)
{
    for (zones->count = 0; zones->count < rows->count; zones->count++) {
        struct ledger_read_billing_zones_row row =
            ledger_read_billing_zones_row(rows, zones->count);
        zones->items[zones->count] = (struct dated_zone){row.time_zone, row.since_us};
    }
    if (zones->count == 0)
        zones->items[zones->count++] = (struct dated_zone){COUNTRY_ZONE_UNKNOWN, 0};
}

enum failure billing_zone_store_read(struct reader reader, struct id account_id, int64_t at_us,
                                     struct dated_zones *zones)
{
    const struct ledger_read_billing_zones asked = question(account_id, at_us);
    struct rows rows;
    enum failure failure = ledger_read_billing_zones_alone(reader, &asked, &rows);
    if (failure == FAILURE_NONE)
        take(&rows, zones);
    return failure;
}

enum failure billing_zone_store_find(struct transaction *transaction, struct id account_id,
                                     int64_t at_us, struct dated_zones *zones)
{
    const struct ledger_read_billing_zones asked = question(account_id, at_us);
    struct rows rows;
    enum failure failure = ledger_read_billing_zones(transaction, &asked, &rows);
    if (failure == FAILURE_NONE)
        take(&rows, zones);
    return failure;
}

enum failure billing_zone_store_lock(struct transaction *transaction, struct id account_id,
                                     int64_t at_us, struct dated_zones *zones)
{
    const struct ledger_read_billing_zones asked = question(account_id, at_us);
    struct rows rows;
    enum failure failure = ledger_read_billing_zones(transaction, &asked, &rows);
    if (failure == FAILURE_NONE && rows.count == 0)
        failure = billing_zone_store_open(transaction, account_id, COUNTRY_ZONE_UNKNOWN);
    if (failure == FAILURE_NONE)
        take(&rows, zones);
    return failure;
}

static enum failure keep(struct transaction *transaction, struct id account_id,
                         const struct dated_zone *zone)
{
    return ledger_keep_billing_zone(transaction,
                                    &(struct ledger_keep_billing_zone){.account_id = account_id,
                                                                       .since_us = zone->since_us,
                                                                       .time_zone = zone->name},
                                    NULL);
}

enum failure billing_zone_store_open(struct transaction *transaction, struct id account_id,
                                     const char *name)
{
    return keep(transaction, account_id, &(struct dated_zone){name, 0});
}

enum failure billing_zone_store_change(struct transaction *transaction, struct id account_id,
                                       const struct dated_zone *next, int64_t now_us)
{
    enum failure failure = ledger_forget_coming_billing_zone(
        transaction,
        &(struct ledger_forget_coming_billing_zone){.account_id = account_id, .now_us = now_us},
        NULL);
    return failure == FAILURE_NONE && next != NULL ? keep(transaction, account_id, next) : failure;
}
