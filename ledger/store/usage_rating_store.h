/* Rating what was recorded: records that wait, meters, folds. */
#ifndef LEDGER_STORE_USAGE_RATING_STORE_H
#define LEDGER_STORE_USAGE_RATING_STORE_H

#include "ledger/domain/rating.h"
#include "runtime/base/id.h"
#include "runtime/database/database.h"

struct account_to_rate {
    struct id account_id;
    struct id company_id; /* whose clock it lives by */
    const char *currency; /* "": it has none yet */
};
struct accounts_to_rate {
    struct account_to_rate *items;
    size_t count;
};

/* Behind an account, in the order of their ids. */
enum failure usage_rating_store_list(struct reader reader, struct id after_id, size_t limit,
                                     struct accounts_to_rate *accounts) must_check;

/* A counter, and the price that is charged by it. */
struct usage_meter {
    const char *sku_id;
    const char *region_id;
    int64_t period_us;
    int64_t quantity_micros;
};

struct usage_fold {
    struct id fold_id;
    int64_t day_us;
    int64_t effective_us; /* of its first line */
    int64_t lines_micros;
    int64_t order_micros;
};

/* A record that waits, and what becomes of it. */
struct usage_to_rate {
    const char *source;
    const char *record_id;
    const char *sku_id;
    const char *region_id;
    int64_t quantity_micros;
    int64_t start_us;
    struct rating_original original;
    struct id refused_fold_id; /* of what it corrects; nil: none */
    size_t meter;              /* its place among the account's */
    size_t part;               /* the place of the group that it counts for */
    enum rating_verdict verdict;
    struct rating rating;
    struct id price_id; /* nil: none */
    const char *price_book_id;
    struct id fold_id; /* nil: none */
};

/* In the order in which they were taken. */
enum failure usage_rating_store_read(struct reader reader, struct id account_id, size_t limit,
                                     struct usage_to_rate **records, size_t *count) must_check;

/* Of an account, which is held from here on; *is_held false: another ledger rates it. */
enum failure usage_rating_store_hold(struct transaction *transaction, struct id account_id,
                                     int64_t *carried_micros, bool *is_held) must_check;
enum failure usage_rating_store_read_meters(struct transaction *transaction, struct id account_id,
                                            struct usage_meter *meters, size_t count) must_check;

/* All that becomes of an account's records at once. */
struct usage_rated {
    const struct account_to_rate *account;
    const struct usage_to_rate *records;
    size_t count;
    const struct usage_meter *meters;
    size_t meter_count;
    const struct usage_fold *folds;
    size_t fold_count;
    int64_t carried_micros;
    int64_t now_us;
};

/* *kept_all false: one of the records waits no more, and nothing may be left of it. */
enum failure usage_rating_store_keep(struct transaction *transaction,
                                     const struct usage_rated *rated, bool *kept_all) must_check;

/* ---- folds whose orders are sent ---- */

struct fold_to_book {
    struct id fold_id;
    struct id account_id;
    int64_t effective_us;
    const char *currency;
    int64_t order_micros;
    bool is_answered;
    struct id entry_id; /* nil: it was refused */
    const char *reason; /* NULL: it was booked */
};
struct folds_to_book {
    struct fold_to_book *items;
    size_t count;
};
enum failure usage_fold_store_list(struct reader reader, struct id after_id, size_t limit,
                                   struct folds_to_book *folds) must_check;
/* Those that are answered. */
enum failure usage_fold_store_keep(struct reader reader,
                                   const struct folds_to_book *folds) must_check;

/* Records that wait and folds that are not booked yet of an account, 1,000 of each at most. */
enum failure usage_rating_store_count_unrated(struct reader reader, struct id account_id,
                                              int64_t *unrated) must_check;
enum failure usage_rating_store_count_unrated_locked(struct transaction *transaction,
                                                     struct id account_id,
                                                     int64_t *unrated) must_check;

/* ---- what is parked ---- */

/* Lets as many wait again as were parked before a moment, at most limit; *count is how many. */
enum failure usage_rating_store_unpark(struct reader reader, int64_t before_us, size_t limit,
                                       size_t *count) must_check;
enum failure usage_rating_store_count(struct reader reader, size_t limit, int64_t *parked,
                                      int64_t *refused) must_check;

#endif
