/* By which zones accounts are billed, and since when (D.14). */
#ifndef LEDGER_STORE_BILLING_ZONE_STORE_H
#define LEDGER_STORE_BILLING_ZONE_STORE_H

#include "ledger/domain/billing_period.h"
#include "runtime/database/database.h"

struct dated_zone {
    const char *name;
    int64_t since_us; /* 0: from the beginning */
};

/* All that count at a moment or within 40 days of it, in the order of time; of an account that has
 * none, UTC. */
struct dated_zones {
    struct dated_zone items[BILLING_ZONES_MAX];
    size_t count;
};

enum failure billing_zone_store_read(struct reader reader, struct id account_id, int64_t at_us,
                                     struct dated_zones *zones) must_check;

/* The same within a transaction. */
enum failure billing_zone_store_find(struct transaction *transaction, struct id account_id,
                                     int64_t at_us, struct dated_zones *zones) must_check;

/* The same under the lock of the account's chain, to be changed. */
enum failure billing_zone_store_lock(struct transaction *transaction, struct id account_id,
                                     int64_t at_us, struct dated_zones *zones) must_check;

/* Of a new account. */
enum failure billing_zone_store_open(struct transaction *transaction, struct id account_id,
                                     const char *name) must_check;

/* Puts next in the place of whatever was to begin after now; NULL: nothing. */
enum failure billing_zone_store_change(struct transaction *transaction, struct id account_id,
                                       const struct dated_zone *next, int64_t now_us) must_check;

#endif
