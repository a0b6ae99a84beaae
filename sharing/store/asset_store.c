#include "sharing/store/asset_store.h"

#include <string.h>

#include "sharing/store/queries.h"

/* Splits "ecs,oss" as array_to_string gave it; "" is an empty list. */
static enum failure read_names(struct task *task, const char *joined, struct names *names)
{
    *names = (struct names){0};
    if (joined == NULL || joined[0] == '\0')
        return FAILURE_NONE;
    size_t count = 1;
    for (const char *at = joined; *at != '\0'; at++)
        count += *at == ',';
    names->names = arena_alloc_array(task_arena(task), count, sizeof(*names->names));
    if (names->names == NULL)
        return FAILURE_EXHAUSTED;
    for (const char *at = joined; names->count < count; names->count++) {
        size_t length = strcspn(at, ",");
        char *name = arena_strndup(task_arena(task), at, length);
        if (name == NULL)
            return FAILURE_EXHAUSTED;
        names->names[names->count] = name;
        at += length + (at[length] == ',');
    }
    return FAILURE_NONE;
}

static enum failure read_asset(struct task *task, const struct rows *rows, size_t row,
                               struct asset *asset)
{
    *asset = (struct asset){.owner_id = row_id(rows, row, 0),
                            .kind = (enum asset_kind)row_int64(rows, row, 1),
                            .name = row_text(rows, row, 2),
                            .has_pool = !row_is_null(rows, row, 5),
                            .pool_id = row_id(rows, row, 5),
                            .currency = row_text(rows, row, 6),
                            .face_micros = row_int64(rows, row, 7),
                            .remaining_micros = row_int64(rows, row, 8),
                            .provisioned_us = row_time_us(rows, row, 9),
                            .expire_us = row_time_us(rows, row, 10),
                            .revoked = !row_is_null(rows, row, 11)};
    enum failure failure = read_names(task, row_text(rows, row, 3), &asset->products);
    return failure != FAILURE_NONE ? failure
                                   : read_names(task, row_text(rows, row, 4), &asset->bill_types);
}

static enum failure read_one_asset(struct task *task, const struct rows *rows, struct id asset_id,
                                   bool *found, struct asset *asset)
{
    *found = rows->count == 1;
    if (!*found)
        return FAILURE_NONE;
    enum failure failure = read_asset(task, rows, 0, asset);
    asset->asset_id = asset_id;
    return failure;
}

enum failure asset_store_insert(struct transaction *transaction, struct id company_id,
                                const struct asset *asset, const struct id *asset_ids, size_t count)
{
    return transaction_query(
        transaction, &sharing_query_insert_assets,
        PARAMS(param_id(company_id), param_id_array(asset_ids, count), param_id(asset->owner_id),
               param_int64(asset->kind), param_text(asset->name),
               param_text_array(asset->products.names, asset->products.count),
               param_text_array(asset->bill_types.names, asset->bill_types.count),
               asset->has_pool ? param_id(asset->pool_id) : param_null(),
               param_text(asset->currency), param_int64(asset->face_micros),
               param_time(asset->provisioned_us), param_time(asset->expire_us)),
        NULL);
}

enum failure asset_store_lock(struct transaction *transaction, struct id company_id,
                              struct id asset_id, bool *found, struct asset *asset)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &sharing_query_lock_asset,
                          PARAMS(param_id(company_id), param_id(asset_id)), &rows);
    return failure != FAILURE_NONE
               ? failure
               : read_one_asset(transaction_task(transaction), &rows, asset_id, found, asset);
}

enum failure asset_store_read(struct reader reader, struct id company_id, struct id asset_id,
                              bool *found, struct asset *asset)
{
    struct rows rows;
    enum failure failure = database_query(reader, &sharing_query_read_asset,
                                          PARAMS(param_id(company_id), param_id(asset_id)), &rows);
    return failure != FAILURE_NONE ? failure
                                   : read_one_asset(reader.task, &rows, asset_id, found, asset);
}

enum failure asset_store_list(struct reader reader, struct id company_id, struct id owner_id,
                              struct id before_id, size_t limit, struct asset **assets,
                              size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(reader, &sharing_query_list_assets,
                                          PARAMS(param_id(company_id), param_id(owner_id),
                                                 param_id(before_id), param_int64((int64_t)limit)),
                                          &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *assets = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**assets));
    if (*assets == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count && failure == FAILURE_NONE; i++) {
        failure = read_asset(reader.task, &rows, i, &(*assets)[i]);
        (*assets)[i].asset_id = row_id(&rows, i, 12);
    }
    return failure;
}

enum failure asset_store_set_remaining(struct transaction *transaction, struct id company_id,
                                       struct id asset_id, int64_t remaining_micros, bool revoked,
                                       int64_t now_us)
{
    return transaction_query(transaction, &sharing_query_update_asset_remaining,
                             PARAMS(param_id(company_id), param_id(asset_id),
                                    param_int64(remaining_micros),
                                    revoked ? param_time(now_us) : param_null()),
                             NULL);
}

enum failure pool_store_insert(struct transaction *transaction, struct id company_id,
                               const struct pool *pool, int64_t now_us)
{
    return transaction_query(
        transaction, &sharing_query_insert_coupon_pool,
        PARAMS(param_id(company_id), param_id(pool->pool_id), param_id(pool->account_id),
               param_int64(pool->target), param_text(pool->currency),
               param_int64(pool->total_micros),
               param_text_array(pool->products.names, pool->products.count),
               param_text_array(pool->bill_types.names, pool->bill_types.count),
               param_time(pool->expire_us), param_time(now_us)),
        NULL);
}

static enum failure read_pool(struct task *task, const struct rows *rows, size_t row,
                              struct pool *pool)
{
    *pool = (struct pool){.account_id = row_id(rows, row, 0),
                          .target = (enum pool_target)row_int64(rows, row, 1),
                          .currency = row_text(rows, row, 2),
                          .total_micros = row_int64(rows, row, 3),
                          .remaining_micros = row_int64(rows, row, 4),
                          .expire_us = row_time_us(rows, row, 7)};
    enum failure failure = read_names(task, row_text(rows, row, 5), &pool->products);
    return failure != FAILURE_NONE ? failure
                                   : read_names(task, row_text(rows, row, 6), &pool->bill_types);
}

enum failure pool_store_lock(struct transaction *transaction, struct id company_id,
                             struct id pool_id, bool *found, struct pool *pool)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &sharing_query_lock_coupon_pool,
                          PARAMS(param_id(company_id), param_id(pool_id)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (!*found)
        return FAILURE_NONE;
    failure = read_pool(transaction_task(transaction), &rows, 0, pool);
    pool->pool_id = pool_id;
    return failure;
}

enum failure pool_store_set_remaining(struct transaction *transaction, struct id company_id,
                                      struct id pool_id, int64_t remaining_micros)
{
    return transaction_query(
        transaction, &sharing_query_update_coupon_pool,
        PARAMS(param_id(company_id), param_id(pool_id), param_int64(remaining_micros)), NULL);
}

enum failure pool_store_list(struct reader reader, struct id company_id, struct id account_id,
                             struct id before_id, size_t limit, struct pool **pools, size_t *count)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &sharing_query_list_coupon_pools,
                       PARAMS(param_id(company_id), param_id(account_id),
                              param_int64(POOL_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT),
                              param_id(before_id), param_int64((int64_t)limit)),
                       &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *pools = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**pools));
    if (*pools == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count && failure == FAILURE_NONE; i++) {
        failure = read_pool(reader.task, &rows, i, &(*pools)[i]);
        (*pools)[i].pool_id = row_id(&rows, i, 8);
    }
    return failure;
}
