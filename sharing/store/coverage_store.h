/* The covering of usage, as it is kept: the facts that it is decided by, what is used of assets'
 * hours, and what became of each piece of usage. */
#ifndef SHARING_STORE_COVERAGE_STORE_H
#define SHARING_STORE_COVERAGE_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/benefit.h"
#include "sharing/store/asset_store.h"

/* Reads in a transaction, or each statement alone. */
struct source {
    struct transaction *transaction; /* NULL: alone */
    struct reader alone;
};

struct source source_of_transaction(struct transaction *transaction);

#define COVERAGE_LOOK_MAX \
    10000 /* assets of a company with a figure of a sku, however few are of the accounts */

/* Whose assets are asked for, or whose times. */
struct coverage_question {
    struct id company_id; /* where things are now */
    const struct id *account_ids;
    size_t account_count;
    const char *const *skus; /* of assets */
    size_t sku_count;
    const char *const *currencies; /* of coupons: of the lines, which are so many */
    const char *const *products;
    size_t line_count;
    const struct id *asset_ids; /* of shares */
    size_t asset_count;
    bool with_payments;
    int64_t start_us; /* of assets, and of shares */
    int64_t end_us;
    size_t limit;
};

/* Assets with figures that the accounts own or were ever given, by their ids. */
enum failure coverage_store_assets(struct source source, const struct coverage_question *question,
                                   struct asset_list *assets) must_check;

/* Times of a share, or of a verification. */
struct time_key {
    struct id asset_id; /* nil: of a verification */
    struct id account_id;
    bool by_organization;
};

/* Ordered by their keys; intervals[i] is of keys[i]. */
struct times {
    struct time_key *keys;
    struct interval *intervals;
    size_t count;
};

enum failure coverage_store_shares(struct source source, const struct coverage_question *question,
                                   struct times *times) must_check;
enum failure coverage_store_verifications(struct source source,
                                          const struct coverage_question *question,
                                          struct times *times) must_check;

/* Keyed by the payer, in the place of an asset, and the account. */
enum failure coverage_store_payments(struct source source, const struct coverage_question *question,
                                     struct times *times) must_check;

/* One hour of assets, and what is used of each. */
struct asset_hours {
    int64_t hour_us;
    struct id *company_ids; /* under which they are kept */
    struct id *asset_ids;
    int64_t *used_micros;
    size_t count;
};

/* Fills used_micros; take: and nobody else changes them until the transaction ends. The assets come
 * in the order of their ids. */
enum failure coverage_store_take_hours(struct transaction *transaction,
                                       struct asset_hours *hours) must_check;
enum failure coverage_store_read_hours(struct reader reader, struct asset_hours *hours) must_check;
enum failure coverage_store_set_hours(struct transaction *transaction,
                                      const struct asset_hours *hours) must_check;

/* A piece of usage (sharing.v1.UsagePiece). */
struct usage_piece {
    struct id piece_id;
    struct id account_id;
    int64_t hour_us;
    int64_t usage_us;
    const char *sku;
    const char *product;
    const char *bill_type;
    const char *region;
    int64_t quantity_micros;
    int64_t list_nano;
    const char *currency;
};

/* The outcome of an asset that was considered for a piece. */
struct considered {
    struct id piece_id;
    int64_t place;
    struct id asset_id;
    int64_t kind;
    int64_t quantity_micros;
    int64_t used_micros;
    const char *reason;
};

struct considered_list {
    struct considered *rows;
    size_t count;
};

/* company_id: under which the accounts were opened. */
enum failure coverage_store_keep_pieces(struct transaction *transaction, struct id company_id,
                                        const struct usage_piece *pieces, size_t count) must_check;
enum failure coverage_store_keep(struct transaction *transaction, struct id company_id,
                                 const struct considered_list *list) must_check;

/* Which of the pieces are kept; and what was considered for them, in the order of their ids. */
enum failure coverage_store_find_pieces(struct transaction *transaction, struct id company_id,
                                        const struct usage_piece *pieces, size_t count,
                                        struct id_array *found) must_check;
enum failure coverage_store_read(struct source source, struct id company_id,
                                 const struct id *piece_ids, size_t count,
                                 struct considered_list *list) must_check;

/* The covering of the usage that a piece is of, by asset, corrections counted; and all of the
 * usage. */
enum failure coverage_store_read_key(struct transaction *transaction, struct id company_id,
                                     const struct usage_piece *piece, int64_t *net_micros,
                                     struct considered_list *list) must_check;

/* By how much corrections are more than the usage that a piece is of. */
struct owed {
    size_t piece;
    size_t first; /* of the pieces of the same usage */
    int64_t owed_micros;
};

struct owed_list {
    const struct owed *rows; /* in the order of the pieces */
    size_t count;
};

/* The pieces are of one hour. */
enum failure coverage_store_read_owed(struct source source, struct id company_id,
                                      const struct usage_piece *pieces, size_t count,
                                      struct owed_list *list) must_check;

#endif
