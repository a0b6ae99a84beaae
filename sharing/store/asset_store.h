/* Assets and coupon pools as they are kept. */
#ifndef SHARING_STORE_ASSET_STORE_H
#define SHARING_STORE_ASSET_STORE_H

#include "runtime/database/database.h"
#include "sharing/domain/coupon.h"
#include "sharing/store/company_key.h"

enum asset_kind {
    ASSET_SAVINGS_PLAN = 1,
    ASSET_RESERVED_INSTANCE = 2,
    ASSET_STORAGE_PACKAGE = 3,
    ASSET_COUPON = 4
};

/* A short list of names, each without a comma. */
struct names {
    const char *const *names;
    size_t count;
};

struct asset {
    struct id asset_id;
    struct id owner_id;
    enum asset_kind kind;
    const char *name;
    struct names products;
    struct names bill_types;
    struct names regions;
    bool has_pool;
    struct id pool_id;
    const char *currency; /* "" for assets measured in units */
    int64_t face_micros;
    int64_t remaining_micros;
    int64_t provisioned_us;
    int64_t expire_us;
    bool revoked;
    int64_t hourly_micros; /* with figures: what it covers in each hour */
    struct names rates;
    struct id origin_company_id; /* under which its hours are kept */
};

/* asset_ids share everything else that *asset says. *inserted: how many were not there. */
enum failure asset_store_insert(struct transaction *transaction, struct id company_id,
                                const struct asset *asset, const struct id_array *asset_ids,
                                size_t *inserted) must_check;

/* *found is false when the company has no such asset. lock keeps others from changing it until the
 * transaction ends. */
enum failure asset_store_lock(struct transaction *transaction, struct company_key key, bool *found,
                              struct asset *asset) must_check;
enum failure asset_store_read(struct reader reader, struct company_key key, bool *found,
                              struct asset *asset) must_check;

struct asset_list {
    struct asset *assets;
    size_t count;
};

/* The assets that a list is narrowed to; zeros, nil ids and empty texts match all. */
struct asset_filter {
    struct company_key owner;
    int64_t kind;
    int64_t state; /* 1: not revoked, 2: revoked */
    const char *name_contains;
    struct id pool_id;
    int64_t start_us; /* when they were provisioned */
    int64_t end_us;
    struct id before_id; /* the last page's last, or an id of all ones */
    size_t limit;
};

/* Newest first. */
enum failure asset_store_list(struct reader reader, const struct asset_filter *filter,
                              struct asset_list *list) must_check;

/* Of any row that begins as read_asset's does. */
struct sharing_read_asset_row;
struct asset asset_from_row(struct task *task, const struct sharing_read_asset_row *row);

/* revoked_us is 0 unless the coupon is revoked now. */
enum failure asset_store_set_remaining(struct transaction *transaction, struct company_key key,
                                       int64_t remaining_micros, int64_t revoked_us) must_check;

struct asset_pool {
    struct id pool_id;
    struct id account_id;
    enum pool_target target;
    const char *currency;
    int64_t total_micros;
    int64_t remaining_micros;
    struct names products;
    struct names bill_types;
    int64_t expire_us;
};

enum failure pool_store_insert(struct transaction *transaction, struct id company_id,
                               const struct asset_pool *pool, int64_t now_us) must_check;
enum failure pool_store_lock(struct transaction *transaction, struct company_key key, bool *found,
                             struct asset_pool *pool) must_check;
enum failure pool_store_set_remaining(struct transaction *transaction, struct company_key key,
                                      int64_t remaining_micros) must_check;

struct pool_list {
    struct asset_pool *pools;
    size_t count;
};

/* Only pools that customers see (SHR-16). */
enum failure pool_store_list(struct reader reader, struct company_key account, struct id before_id,
                             size_t limit, struct pool_list *list) must_check;

#endif
