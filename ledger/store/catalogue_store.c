#include "ledger/store/catalogue_store.h"

#include "ledger/store/queries.h"

enum failure catalogue_store_count(struct transaction *transaction, enum catalogue_kind kind,
                                   int64_t *count)
{
    struct rows rows;
    enum failure failure = kind == CATALOGUE_REGION    ? ledger_count_regions(transaction, &rows)
                           : kind == CATALOGUE_PRODUCT ? ledger_count_products(transaction, &rows)
                                                       : ledger_count_skus(transaction, &rows);
    if (failure == FAILURE_NONE)
        *count = ledger_count_regions_row(&rows, 0).count;
    return failure;
}

enum failure catalogue_store_retire(struct transaction *transaction, enum catalogue_kind kind,
                                    const char *id, int64_t retired_us)
{
    if (kind == CATALOGUE_REGION)
        return ledger_retire_region(transaction, &(struct ledger_retire_region){id, retired_us},
                                    NULL);
    if (kind == CATALOGUE_PRODUCT)
        return ledger_retire_product(transaction, &(struct ledger_retire_product){id, retired_us},
                                     NULL);
    return ledger_retire_sku(transaction, &(struct ledger_retire_sku){id, retired_us}, NULL);
}

static struct region region_of(struct ledger_lock_region_row row)
{
    return (struct region){.region_id = row.region_id,
                           .name = row.name,
                           .country = row.country,
                           .created_us = row.create_us,
                           .retired_us = row.retire_us};
}

enum failure region_store_insert(struct transaction *transaction, const struct region *region,
                                 bool *kept)
{
    struct rows rows;
    enum failure failure =
        ledger_insert_region(transaction,
                             &(struct ledger_insert_region){.region_id = region->region_id,
                                                            .name = region->name,
                                                            .country = region->country,
                                                            .create_us = region->created_us},
                             &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure region_store_lock(struct transaction *transaction, const char *region_id,
                               struct region *region, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_lock_region(
        transaction, &(struct ledger_lock_region){.region_id = region_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *region = region_of(ledger_lock_region_row(&rows, 0));
    return failure;
}

enum failure region_store_list(struct reader reader, const struct catalogue_page *page,
                               struct region_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_regions_alone(reader,
                                  &(struct ledger_list_regions){.after_id = page->after_id,
                                                                .with_ended = page->with_retired,
                                                                .limit = (int64_t)page->limit},
                                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++)
        list->items[list->count] = region_of(ledger_lock_region_row(&rows, list->count));
    return FAILURE_NONE;
}

static struct product product_of(struct ledger_lock_product_row row)
{
    return (struct product){.product_id = row.product_id,
                            .name = row.name,
                            .category = row.category,
                            .subcategory = row.subcategory,
                            .publisher = row.publisher,
                            .created_us = row.create_us,
                            .retired_us = row.retire_us};
}

enum failure product_store_insert(struct transaction *transaction, const struct product *product,
                                  bool *kept)
{
    struct rows rows;
    enum failure failure =
        ledger_insert_product(transaction,
                              &(struct ledger_insert_product){.product_id = product->product_id,
                                                              .name = product->name,
                                                              .category = product->category,
                                                              .subcategory = product->subcategory,
                                                              .publisher = product->publisher,
                                                              .create_us = product->created_us},
                              &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure product_store_lock(struct transaction *transaction, const char *product_id,
                                struct product *product, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_lock_product(
        transaction, &(struct ledger_lock_product){.product_id = product_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *product = product_of(ledger_lock_product_row(&rows, 0));
    return failure;
}

enum failure product_store_list(struct reader reader, const struct catalogue_page *page,
                                struct product_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_products_alone(reader,
                                   &(struct ledger_list_products){.after_id = page->after_id,
                                                                  .with_ended = page->with_retired,
                                                                  .limit = (int64_t)page->limit},
                                   &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++)
        list->items[list->count] = product_of(ledger_lock_product_row(&rows, list->count));
    return FAILURE_NONE;
}

static struct sku sku_of(struct ledger_lock_sku_row row)
{
    return (struct sku){.sku_id = row.sku_id,
                        .product_id = row.product_id,
                        .meter = row.meter,
                        .unit = row.unit,
                        .tax_category = row.tax_category,
                        .created_us = row.create_us,
                        .retired_us = row.retire_us};
}

enum failure sku_store_insert(struct transaction *transaction, const struct sku *sku, bool *kept)
{
    struct rows rows;
    enum failure failure =
        ledger_insert_sku(transaction,
                          &(struct ledger_insert_sku){.sku_id = sku->sku_id,
                                                      .product_id = sku->product_id,
                                                      .meter = sku->meter,
                                                      .unit = sku->unit,
                                                      .tax_category = sku->tax_category,
                                                      .create_us = sku->created_us},
                          &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure sku_store_lock(struct transaction *transaction, const char *sku_id, struct sku *sku,
                            bool *found)
{
    struct rows rows;
    enum failure failure =
        ledger_lock_sku(transaction, &(struct ledger_lock_sku){.sku_id = sku_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *sku = sku_of(ledger_lock_sku_row(&rows, 0));
    return failure;
}

enum failure sku_store_list(struct reader reader, const struct catalogue_page *page,
                            struct sku_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_skus_alone(reader,
                               &(struct ledger_list_skus){.product_id = page->product_id,
                                                          .after_id = page->after_id,
                                                          .with_ended = page->with_retired,
                                                          .limit = (int64_t)page->limit},
                               &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++)
        list->items[list->count] = sku_of(ledger_lock_sku_row(&rows, list->count));
    return FAILURE_NONE;
}
