/* Spending of accounts, day by day, folded out of the chains (D.11). */
#ifndef LEDGER_STORE_SPEND_STORE_H
#define LEDGER_STORE_SPEND_STORE_H

#include "ledger/store/billing_zone_store.h"
#include "runtime/database/database.h"

struct unfolded_chain {
    struct id company_id;
    int64_t folded_length;
    int64_t length;
};

/* A quarter of an hour of an account. */
struct spend {
    struct id account_id;
    int64_t quarter_us;
    int64_t micros;           /* charges less refunds */
    struct dated_zones zones; /* the one that counts then, and since when the next one does */
};

struct spend_day {
    struct id account_id;
    int64_t day_us; /* when it began */
    int64_t micros;
};

/* Those after a company, in the order of companies; in the task's arena. */
enum failure spend_store_list(struct reader reader, struct id after_id, size_t limit,
                              struct unfolded_chain **chains, size_t *count) must_check;

/* Of the entries after folded_length up to length. */
enum failure spend_store_read(struct reader reader, const struct unfolded_chain *stretch,
                              struct spend **spends, size_t *count) must_check;

/* Nothing, when the chain was folded further meanwhile. No day twice. */
enum failure spend_store_keep(struct reader reader, const struct unfolded_chain *stretch,
                              const struct spend_day *days, size_t count) must_check;

/* Of the days that begin within a span. */
enum failure spend_store_read_days(struct reader reader, struct id account_id, int64_t from_us,
                                   int64_t to_us, int64_t *micros) must_check;

#endif
