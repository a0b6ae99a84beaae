#include "ledger/store/resource_store.h"

#include "ledger/store/queries.h"

static struct resource from_row(struct ledger_lock_resource_row row)
{
    return (struct resource){.registration_id = row.registration_id,
                             .source = row.source,
                             .resource_id = row.resource_id,
                             .account_id = row.account_id,
                             .product_id = row.product_id,
                             .region_id = row.region_id,
                             .kind = (enum resource_kind)row.kind,
                             .state = (enum resource_state)row.state,
                             .version = row.version,
                             .charges_from_creation = row.charges_from_creation,
                             .stopped_meters = row.stopped_meters,
                             .start_us = row.start_us,
                             .end_us = row.end_us,
                             .auto_renew = row.auto_renew,
                             .created_us = row.create_us,
                             .changed_us = row.change_us};
}

enum failure resource_store_read_facts(struct transaction *transaction,
                                       const struct resource *resource,
                                       struct resource_facts *facts)
{
    struct rows rows;
    enum failure failure = ledger_find_resource_place(
        transaction,
        &(struct ledger_find_resource_place){.product_id = resource->product_id,
                                             .region_id = resource->region_id,
                                             .account_id = resource->account_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_find_resource_place_row row = ledger_find_resource_place_row(&rows, 0);
    facts->has_product = row.has_product;
    facts->has_region = row.has_region;
    facts->count = row.count;
    return FAILURE_NONE;
}

enum failure resource_store_insert(struct transaction *transaction, const struct resource *resource,
                                   bool *kept)
{
    struct rows rows;
    enum failure failure = ledger_insert_resource(
        transaction,
        &(struct ledger_insert_resource){.registration_id = resource->registration_id,
                                         .source = resource->source,
                                         .resource_id = resource->resource_id,
                                         .account_id = resource->account_id,
                                         .product_id = resource->product_id,
                                         .region_id = resource->region_id,
                                         .kind = (int64_t)resource->kind,
                                         .state = (int64_t)resource->state,
                                         .version = resource->version,
                                         .charges_from_creation = resource->charges_from_creation,
                                         .stopped_meters = resource->stopped_meters,
                                         .start_us = resource->start_us,
                                         .end_us = resource->end_us,
                                         .auto_renew = resource->auto_renew,
                                         .charges = resource_charges(resource),
                                         .create_us = resource->created_us},
        &rows);
    *kept = failure == FAILURE_NONE && rows.count == 1;
    return failure;
}

enum failure resource_store_lock(struct transaction *transaction, const char *source,
                                 const char *resource_id, struct resource *resource, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_lock_resource(
        transaction, &(struct ledger_lock_resource){source, resource_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *resource = from_row(ledger_lock_resource_row(&rows, 0));
    return failure;
}

enum failure resource_store_read(struct reader reader, const char *source, const char *resource_id,
                                 struct resource *resource, bool *found)
{
    struct rows rows;
    enum failure failure = ledger_read_resource_alone(
        reader, &(struct ledger_read_resource){source, resource_id}, &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *resource = from_row(ledger_lock_resource_row(&rows, 0));
    return failure;
}

enum failure resource_store_update(struct transaction *transaction, const struct resource *resource)
{
    return ledger_update_resource(
        transaction,
        &(struct ledger_update_resource){.registration_id = resource->registration_id,
                                         .state = (int64_t)resource->state,
                                         .version = resource->version,
                                         .end_us = resource->end_us,
                                         .auto_renew = resource->auto_renew,
                                         .charges = resource_charges(resource),
                                         .change_us = resource->changed_us},
        NULL);
}

enum failure resource_store_list(struct reader reader, const struct resource_page *page,
                                 struct resource_list *list)
{
    struct rows rows;
    enum failure failure =
        ledger_list_resources_alone(reader,
                                    &(struct ledger_list_resources){.account_id = page->account_id,
                                                                    .before_id = page->before_id,
                                                                    .state = page->state,
                                                                    .kind = page->kind,
                                                                    .product_id = page->product_id,
                                                                    .region_id = page->region_id,
                                                                    .charging = page->charging,
                                                                    .with_ended = page->with_ended,
                                                                    .limit = (int64_t)page->limit},
                                    &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows.count; list->count++)
        list->items[list->count] = from_row(ledger_lock_resource_row(&rows, list->count));
    return FAILURE_NONE;
}

static void add_up(struct rows *rows, struct resource_standing *standing)
{
    *standing = (struct resource_standing){.until_us = 0};
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_sum_resources_row row = ledger_sum_resources_row(rows, i);
        resource_standing_add(standing, &(struct resource_group){(enum resource_kind)row.kind,
                                                                 (enum resource_state)row.state,
                                                                 row.auto_renew, row.in_term,
                                                                 row.count, row.end_us});
    }
}

enum failure resource_store_sum(struct reader reader, struct id account_id, int64_t now_us,
                                struct resource_standing *standing)
{
    struct rows rows;
    enum failure failure = ledger_sum_resources_alone(
        reader, &(struct ledger_sum_resources){account_id, now_us}, &rows);
    if (failure == FAILURE_NONE)
        add_up(&rows, standing);
    return failure;
}

enum failure resource_store_sum_locked(struct transaction *transaction, struct id account_id,
                                       int64_t now_us, struct resource_standing *standing)
{
    struct rows rows;
    enum failure failure = ledger_sum_resources(
        transaction, &(struct ledger_sum_resources){account_id, now_us}, &rows);
    if (failure == FAILURE_NONE)
        add_up(&rows, standing);
    return failure;
}
