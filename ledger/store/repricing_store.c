#include "ledger/store/repricing_store.h"

#include "ledger/store/queries.h"

enum failure repricing_store_insert(struct transaction *transaction, struct id partner_id,
                                    const struct kept_repricing *kept)
{
    const struct repricing *repricing = &kept->repricing;
    return ledger_insert_repricing(
        transaction,
        &(struct ledger_insert_repricing){.repricing_id = kept->repricing_id,
                                          .partner_id = partner_id,
                                          .month = repricing->month,
                                          .customer_id = repricing->customer_id,
                                          .product_id = repricing->product_id,
                                          .basis = (int64_t)repricing->basis,
                                          .ppm = repricing->ppm,
                                          .set_us = repricing->set_us},
        NULL);
}

static void take(struct arena *arena, const struct rows *rows, struct repricing_list *list)
{
    list->items = arena_alloc_array(arena, rows->count + 1, sizeof *list->items);
    for (list->count = 0; list->count < rows->count; list->count++) {
        struct ledger_list_repricings_row row = ledger_list_repricings_row(rows, list->count);
        list->items[list->count] =
            (struct kept_repricing){row.repricing_id,
                                    {.customer_id = row.customer_id,
                                     .product_id = row.product_id,
                                     .month = row.month,
                                     .basis = (enum repricing_basis)row.basis,
                                     .ppm = row.ppm,
                                     .set_us = row.set_us}};
    }
}

enum failure repricing_store_list(struct reader reader, const struct repricing_page *page,
                                  struct repricing_list *list)
{
    struct rows rows;
    enum failure failure = ledger_list_repricings_alone(
        reader,
        &(struct ledger_list_repricings){.partner_id = page->partner_id,
                                         .before_id = page->before_id,
                                         .customer_id = page->customer_id,
                                         .from_month = page->from_month,
                                         .limit = (int64_t)page->limit},
        &rows);
    if (failure == FAILURE_NONE)
        take(reader_arena(reader), &rows, list);
    return failure;
}

enum failure repricing_store_read_month(struct reader reader, struct id partner_id, int64_t month,
                                        struct repricing_list *list)
{
    struct rows rows;
    enum failure failure = ledger_read_repricings_alone(
        reader, &(struct ledger_read_repricings){.partner_id = partner_id, .month = month}, &rows);
    if (failure == FAILURE_NONE)
        take(reader_arena(reader), &rows, list);
    return failure;
}

const struct kept_repricing *repricing_list_choose(const struct repricing_list *list,
                                                   struct arena *arena, struct id customer_id,
                                                   const char *product_id)
{
    struct repricing *all = arena_alloc_array(arena, list->count + 1, sizeof *all);
    for (size_t i = 0; i < list->count; i++)
        all[i] = list->items[i].repricing;
    const struct repricing *chosen = repricing_choose(all, list->count, customer_id, product_id);
    return chosen == NULL ? NULL : &list->items[chosen - all];
}
