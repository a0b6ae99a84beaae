#include "sharing/store/asset_store.h"

#include <string.h>

#include "sharing/store/queries.h"

/* Splits "ecs,oss" as array_to_string gave it; "" is an empty list. */
static struct names read_names(struct task *task, const char *joined)
{
    struct names names = {0};
    if (joined == NULL || joined[0] == '\0')
        return names;
    size_t count = 1;
    for (const char *at = joined; *at != '\0'; at++)
        count += *at == ',';
    const char **split = arena_alloc_array(task_arena(task), count, sizeof(*split));
    names.names = split;
    for (const char *at = joined; names.count < count; names.count++) {
        size_t length = strcspn(at, ",");
        split[names.count] = arena_strndup(task_arena(task), at, length);
        at += length + (at[length] == ',');
    }
    return names;
}

struct asset asset_from_row(struct task *task, const struct sharing_read_asset_row *row)
{
    return (struct asset){.asset_id = row->asset_id,
                          .owner_id = row->owner_account_id,
                          .kind = (enum asset_kind)row->kind,
                          .name = row->name,
                          .products = read_names(task, row->products),
                          .bill_types = read_names(task, row->bill_types),
                          .regions = read_names(task, row->regions),
                          .has_pool = row->has_pool_id,
                          .pool_id = row->pool_id,
                          .currency = row->currency,
                          .face_micros = row->face_micros,
                          .remaining_micros = row->remaining_micros,
                          .provisioned_us = row->provisioned_us,
                          .expire_us = row->expire_us,
                          .revoked = row->has_revoked_time,
                          .hourly_micros = row->hourly_micros,
                          .rates = read_names(task, row->rates),
                          .origin_company_id = row->origin_company_id};
}

static struct asset read_asset(struct task *task, const struct rows *rows, size_t row)
{
    struct sharing_read_asset_row found = sharing_read_asset_row(rows, row);
    return asset_from_row(task, &found);
}

static void read_one_asset(struct task *task, const struct rows *rows, bool *found,
                           struct asset *asset)
{
    *found = rows->count == 1;
    if (*found)
        *asset = read_asset(task, rows, 0);
}

enum failure asset_store_insert(struct transaction *transaction, struct id company_id,
                                const struct asset *asset, const struct id_array *asset_ids,
                                size_t *inserted)
{
    struct rows rows;
    enum failure failure =
        sharing_insert_assets(transaction,
                              &(struct sharing_insert_assets){
                                  .company_id = company_id,
                                  .asset_ids = *asset_ids,
                                  .owner_account_id = asset->owner_id,
                                  .kind = asset->kind,
                                  .name = asset->name,
                                  .products = {asset->products.names, asset->products.count},
                                  .bill_types = {asset->bill_types.names, asset->bill_types.count},
                                  .regions = {asset->regions.names, asset->regions.count},
                                  .pool_id = asset->has_pool ? asset->pool_id : (struct id){{0}},
                                  .currency = asset->currency,
                                  .face_micros = asset->face_micros,
                                  .provisioned_us = asset->provisioned_us,
                                  .expire_us = asset->expire_us,
                                  .hourly_micros = asset->hourly_micros,
                                  .rates = {asset->rates.names, asset->rates.count}},
                              &rows);
    if (failure == FAILURE_NONE)
        *inserted = rows.count;
    return failure;
}

enum failure asset_store_lock(struct transaction *transaction, struct company_key key, bool *found,
                              struct asset *asset)
{
    struct rows rows;
    enum failure failure = sharing_lock_asset(
        transaction, &(struct sharing_lock_asset){.company_id = key.company_id, .asset_id = key.id},
        &rows);
    if (failure == FAILURE_NONE)
        read_one_asset(transaction_task(transaction), &rows, found, asset);
    return failure;
}

enum failure asset_store_read(struct reader reader, struct company_key key, bool *found,
                              struct asset *asset)
{
    struct rows rows;
    enum failure failure = sharing_read_asset_alone(
        reader, &(struct sharing_read_asset){.company_id = key.company_id, .asset_id = key.id},
        &rows);
    if (failure == FAILURE_NONE)
        read_one_asset(reader.task, &rows, found, asset);
    return failure;
}

enum failure asset_store_list(struct reader reader, const struct asset_filter *filter,
                              struct asset_list *list)
{
    struct rows rows;
    enum failure failure = sharing_list_assets_alone(
        reader,
        &(struct sharing_list_assets){.company_id = filter->owner.company_id,
                                      .owner_account_id = filter->owner.id,
                                      .kind = filter->kind,
                                      .state = filter->state,
                                      .name_contains = filter->name_contains,
                                      .pool_id = filter->pool_id,
                                      .start_us = filter->start_us,
                                      .end_us = filter->end_us,
                                      .before_id = filter->before_id,
                                      .limit = (int64_t)filter->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->assets = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(*list->assets));
    for (size_t i = 0; i < rows.count; i++)
        list->assets[i] = read_asset(reader.task, &rows, i);
    return FAILURE_NONE;
}

enum failure asset_store_set_remaining(struct transaction *transaction, struct company_key key,
                                       int64_t remaining_micros, int64_t revoked_us)
{
    return sharing_update_asset_remaining(
        transaction,
        &(struct sharing_update_asset_remaining){.company_id = key.company_id,
                                                 .asset_id = key.id,
                                                 .remaining_micros = remaining_micros,
                                                 .revoked_us = revoked_us},
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

static struct asset_pool read_pool(struct task *task, const struct rows *rows, size_t row)
{
    struct sharing_lock_coupon_pool_row found = sharing_lock_coupon_pool_row(rows, row);
    return (struct asset_pool){.pool_id = found.pool_id,
                               .account_id = found.account_id,
                               .target = (enum pool_target)found.target,
                               .currency = found.currency,
                               .total_micros = found.total_micros,
                               .remaining_micros = found.remaining_micros,
                               .products = read_names(task, found.products),
                               .bill_types = read_names(task, found.bill_types),
                               .expire_us = found.expire_us};
}

enum failure pool_store_lock(struct transaction *transaction, struct company_key key, bool *found,
                             struct asset_pool *pool)
{
    struct rows rows;
    enum failure failure = sharing_lock_coupon_pool(
        transaction,
        &(struct sharing_lock_coupon_pool){.company_id = key.company_id, .pool_id = key.id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found)
        *pool = read_pool(transaction_task(transaction), &rows, 0);
    return FAILURE_NONE;
}

enum failure pool_store_set_remaining(struct transaction *transaction, struct company_key key,
                                      int64_t remaining_micros)
{
    return sharing_update_coupon_pool(
        transaction,
        &(struct sharing_update_coupon_pool){
            .company_id = key.company_id, .pool_id = key.id, .remaining_micros = remaining_micros},
        NULL);
}

enum failure pool_store_list(struct reader reader, struct company_key account, struct id before_id,
                             size_t limit, struct pool_list *list)
{
    struct rows rows;
    enum failure failure = sharing_list_coupon_pools_alone(
        reader,
        &(struct sharing_list_coupon_pools){.company_id = account.company_id,
                                            .account_id = account.id,
                                            .target = POOL_TARGET_SEEN,
                                            .before_id = before_id,
                                            .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->pools = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(*list->pools));
    for (size_t i = 0; i < rows.count; i++)
        list->pools[i] = read_pool(reader.task, &rows, i);
    return FAILURE_NONE;
}
