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
    const char **split = arena_alloc_array(task_arena(task), count, sizeof(*split));
    names->names = split;
    for (const char *at = joined; names->count < count; names->count++) {
        size_t length = strcspn(at, ",");
        char *name = arena_strndup(task_arena(task), at, length);
        split[names->count] = name;
        at += length + (at[length] == ',');
    }
    return FAILURE_NONE;
}

static enum failure read_asset(struct task *task, const struct rows *rows, size_t row,
                               struct asset *asset)
{
    struct sharing_read_asset_row found = sharing_read_asset_row(rows, row);
    *asset = (struct asset){.asset_id = found.asset_id,
                            .owner_id = found.owner_account_id,
                            .kind = (enum asset_kind)found.kind,
                            .name = found.name,
                            .has_pool = found.has_pool_id,
                            .pool_id = found.pool_id,
                            .currency = found.currency,
                            .face_micros = found.face_micros,
                            .remaining_micros = found.remaining_micros,
                            .provisioned_us = found.provisioned_us,
                            .expire_us = found.expire_us,
                            .revoked = found.has_revoked_time};
    enum failure failure = read_names(task, found.products, &asset->products);
    return failure != FAILURE_NONE ? failure
                                   : read_names(task, found.bill_types, &asset->bill_types);
}

static enum failure read_one_asset(struct task *task, const struct rows *rows, bool *found,
                                   struct asset *asset)
{
    *found = rows->count == 1;
    if (!*found)
        return FAILURE_NONE;
    return read_asset(task, rows, 0, asset);
}

enum failure asset_store_insert(struct transaction *transaction, struct id company_id,
                                const struct asset *asset, const struct id *asset_ids, size_t count)
{
    return sharing_insert_assets(
        transaction,
        &(struct sharing_insert_assets){
            .company_id = company_id,
            .asset_ids = {asset_ids, count},
            .owner_account_id = asset->owner_id,
            .kind = asset->kind,
            .name = asset->name,
            .products = {asset->products.names, asset->products.count},
            .bill_types = {asset->bill_types.names, asset->bill_types.count},
            .pool_id = asset->has_pool ? asset->pool_id : (struct id){{0}},
            .currency = asset->currency,
            .face_micros = asset->face_micros,
            .provisioned_us = asset->provisioned_us,
            .expire_us = asset->expire_us},
        NULL);
}

enum failure asset_store_lock(struct transaction *transaction, struct id company_id,
                              struct id asset_id, bool *found, struct asset *asset)
{
    struct rows rows;
    enum failure failure = sharing_lock_asset(
        transaction, &(struct sharing_lock_asset){.company_id = company_id, .asset_id = asset_id},
        &rows);
    return failure != FAILURE_NONE
               ? failure
               : read_one_asset(transaction_task(transaction), &rows, found, asset);
}

enum failure asset_store_read(struct reader reader, struct id company_id, struct id asset_id,
                              bool *found, struct asset *asset)
{
    struct rows rows;
    enum failure failure = sharing_read_asset_alone(
        reader, &(struct sharing_read_asset){.company_id = company_id, .asset_id = asset_id},
        &rows);
    return failure != FAILURE_NONE ? failure : read_one_asset(reader.task, &rows, found, asset);
}

enum failure asset_store_list(struct reader reader, struct id company_id, struct id owner_id,
                              struct id before_id, size_t limit, struct asset **assets,
                              size_t *count)
{
    struct rows rows;
    enum failure failure =
        sharing_list_assets_alone(reader,
                                  &(struct sharing_list_assets){.company_id = company_id,
                                                                .owner_account_id = owner_id,
                                                                .before_id = before_id,
                                                                .limit = (int64_t)limit},
                                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *assets = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**assets));
    for (size_t i = 0; i < rows.count && failure == FAILURE_NONE; i++)
        failure = read_asset(reader.task, &rows, i, &(*assets)[i]);
    return failure;
}

enum failure asset_store_set_remaining(struct transaction *transaction, struct id company_id,
                                       struct id asset_id, int64_t remaining_micros, bool revoked,
                                       int64_t now_us)
{
    return sharing_update_asset_remaining(
        transaction,
        &(struct sharing_update_asset_remaining){.company_id = company_id,
                                                 .asset_id = asset_id,
                                                 .remaining_micros = remaining_micros,
                                                 .revoked_us = revoked ? now_us : 0},
        NULL);
}

enum failure pool_store_insert(struct transaction *transaction, struct id company_id,
                               const struct asset_pool *pool, int64_t now_us)
{
    return sharing_insert_coupon_pool(
        transaction,
        &(struct sharing_insert_coupon_pool){
            .company_id = company_id,
            .pool_id = pool->pool_id,
            .account_id = pool->account_id,
            .target = pool->target,
            .currency = pool->currency,
            .total_micros = pool->total_micros,
            .products = {pool->products.names, pool->products.count},
            .bill_types = {pool->bill_types.names, pool->bill_types.count},
            .expire_us = pool->expire_us,
            .created_us = now_us},
        NULL);
}

static enum failure read_pool(struct task *task, const struct rows *rows, size_t row,
                              struct asset_pool *pool)
{
    struct sharing_lock_coupon_pool_row found = sharing_lock_coupon_pool_row(rows, row);
    *pool = (struct asset_pool){.pool_id = found.pool_id,
                                .account_id = found.account_id,
                                .target = (enum pool_target)found.target,
                                .currency = found.currency,
                                .total_micros = found.total_micros,
                                .remaining_micros = found.remaining_micros,
                                .expire_us = found.expire_us};
    enum failure failure = read_names(task, found.products, &pool->products);
    return failure != FAILURE_NONE ? failure
                                   : read_names(task, found.bill_types, &pool->bill_types);
}

enum failure pool_store_lock(struct transaction *transaction, struct id company_id,
                             struct id pool_id, bool *found, struct asset_pool *pool)
{
    struct rows rows;
    enum failure failure = sharing_lock_coupon_pool(
        transaction,
        &(struct sharing_lock_coupon_pool){.company_id = company_id, .pool_id = pool_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (!*found)
        return FAILURE_NONE;
    return read_pool(transaction_task(transaction), &rows, 0, pool);
}

enum failure pool_store_set_remaining(struct transaction *transaction, struct id company_id,
                                      struct id pool_id, int64_t remaining_micros)
{
    return sharing_update_coupon_pool(
        transaction,
        &(struct sharing_update_coupon_pool){
            .company_id = company_id, .pool_id = pool_id, .remaining_micros = remaining_micros},
        NULL);
}

enum failure pool_store_list(struct reader reader, struct id company_id, struct id account_id,
                             struct id before_id, size_t limit, struct asset_pool **pools,
                             size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_list_coupon_pools_alone(
        reader,
        &(struct sharing_list_coupon_pools){.company_id = company_id,
                                            .account_id = account_id,
                                            .target = POOL_TARGET_SEEN,
                                            .before_id = before_id,
                                            .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *pools = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**pools));
    for (size_t i = 0; i < rows.count && failure == FAILURE_NONE; i++)
        failure = read_pool(reader.task, &rows, i, &(*pools)[i]);
    return failure;
}
