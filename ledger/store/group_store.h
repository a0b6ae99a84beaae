/* Partners' tables of discounts, what their groups used, and whose customer an account is (LED-25).
 */
#ifndef LEDGER_STORE_GROUP_STORE_H
#define LEDGER_STORE_GROUP_STORE_H

#include "ledger/domain/billing_period.h"
#include "ledger/domain/group_discount.h"
#include "ledger/store/price_store.h"

struct group_month {
    struct id agent_id;
    int64_t month; /* domain/month.h, of the partner's calendar */
    const char *currency;
};

/* Replaces the table that was set for the month before. */
enum failure group_store_set(struct transaction *transaction, const struct group_month *since,
                             int64_t set_us, const struct group_table *table) must_check;

/* That which counts in the month. */
enum failure group_store_read_table(struct reader reader, const struct group_month *month,
                                    struct group_table *table) must_check;

/* Used in the month, at list prices and less refunds; 0: nothing. */
enum failure group_store_read_volume(struct reader reader, const struct group_month *month,
                                     int64_t *micros) must_check;

/* By which the partner's rate is reckoned: its own. "": it has none yet. */
enum failure group_store_read_currency(struct reader reader, struct id agent_id,
                                       const char **currency) must_check;

/* Of which all lines have the rate of the first; *is_kept false: there was none yet. */
enum failure group_store_read_rate(struct reader reader, const struct group_month *month,
                                   int64_t *ppm, bool *is_kept) must_check;
/* Unless one is kept. */
enum failure group_store_keep_rate(struct reader reader, const struct group_month *month,
                                   int64_t ppm) must_check;

struct group_use {
    struct group_month month;
    int64_t list_micros; /* below zero: refunded */
};

/* Adds what was used, in the transaction of the lines. */
enum failure group_store_add(struct transaction *transaction, const struct group_use *uses,
                             size_t count) must_check;

/* Whose customer an account was at a moment, of association->customer_id and since_us; its agent is
 * nil when it was nobody's. */
enum failure association_store_read(struct reader reader,
                                    struct association *association) must_check;

/* The time around that moment in which nothing of it changes. */
enum failure association_store_read_span(struct reader reader,
                                         const struct association *association,
                                         struct billing_span *span) must_check;

#endif
