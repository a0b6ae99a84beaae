#include "sharing/store/coupon_line_store.h"

#include "sharing/store/queries.h"

enum failure coupon_line_store_find(struct source source, const struct coverage_question *question,
                                    struct found_coupons *found)
{
    const struct sharing_find_coupons of = {
        .company_id = question->company_id,
        .account_ids = {question->account_ids, question->account_count},
        .currencies = {question->currencies, question->line_count},
        .products = {question->products, question->line_count},
        .start_us = question->start_us,
        .look_max = COVERAGE_LOOK_MAX,
        .limit = (int64_t)question->limit + 1};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_find_coupons(source.transaction, &of, &rows)
                               : sharing_find_coupons_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    size_t count = rows.count < question->limit ? rows.count : question->limit;
    struct id *ids = arena_alloc_array(task_arena(source.alone.task), count + 1, sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = sharing_find_coupons_row(&rows, i).asset_id;
    *found = (struct found_coupons){
        id_array(ids, count), rows.count > count && sharing_find_coupons_row(&rows, count).fits};
    return FAILURE_NONE;
}

enum failure coupon_line_store_lock(struct transaction *transaction, struct id company_id,
                                    const struct id_array *ids, struct asset_list *assets)
{
    struct rows rows;
    enum failure failure = sharing_lock_assets(
        transaction, &(struct sharing_lock_assets){.company_id = company_id, .asset_ids = *ids},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assets->count = rows.count;
    assets->assets =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(*assets->assets));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_asset_row row = sharing_read_asset_row(&rows, i);
        assets->assets[i] = asset_from_row(transaction_task(transaction), &row);
    }
    return FAILURE_NONE;
}

enum failure coupon_line_store_keep(struct transaction *transaction, const struct coupon_line *line,
                                    bool *is_new)
{
    struct rows rows;
    enum failure failure = sharing_insert_coupon_line(
        transaction,
        &(struct sharing_insert_coupon_line){.company_id = line->key.company_id,
                                             .line_id = line->key.id,
                                             .account_id = line->account_id,
                                             .usage_us = line->usage_us,
                                             .product = line->product,
                                             .bill_type = line->bill_type,
                                             .region = line->region,
                                             .amount_micros = line->amount_micros,
                                             .currency = line->currency},
        &rows);
    if (failure == FAILURE_NONE)
        *is_new = rows.count == 1;
    return failure;
}

enum failure coupon_line_store_take(struct transaction *transaction, struct company_key key,
                                    bool *found)
{
    struct rows rows;
    enum failure failure = sharing_lock_coupon_line(
        transaction,
        &(struct sharing_lock_coupon_line){.company_id = key.company_id, .line_id = key.id}, &rows);
    if (failure == FAILURE_NONE)
        *found = rows.count == 1;
    return failure;
}

enum failure coupon_line_store_keep_uses(struct transaction *transaction, struct company_key key,
                                         const struct kept_uses *uses)
{
    struct arena *arena = transaction_arena(transaction);
    size_t count = uses->count;
    if (count == 0)
        return FAILURE_NONE;
    int64_t *numbers = arena_alloc_array(arena, 3 * count, sizeof(*numbers));
    struct id *ids = arena_alloc_array(arena, count, sizeof(*ids));
    const char **reasons = arena_alloc_array(arena, count, sizeof(*reasons));
    for (size_t i = 0; i < count; i++) {
        ids[i] = uses->rows[i].asset_id;
        numbers[i] = uses->rows[i].place;
        numbers[count + i] = uses->rows[i].used_micros;
        numbers[2 * count + i] = uses->rows[i].returned_micros;
        reasons[i] = uses->rows[i].reason;
    }
    return sharing_insert_coupon_uses(
        transaction,
        &(struct sharing_insert_coupon_uses){.company_id = key.company_id,
                                             .line_id = key.id,
                                             .places = {numbers, count},
                                             .asset_ids = {ids, count},
                                             .used_micros = {numbers + count, count},
                                             .returned_micros = {numbers + 2 * count, count},
                                             .reasons = {reasons, count}},
        NULL);
}

enum failure coupon_line_store_read_uses(struct source source, struct company_key key,
                                         struct kept_uses *uses)
{
    const struct sharing_lock_coupon_line of = {.company_id = key.company_id, .line_id = key.id};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_coupon_uses(source.transaction, &of, &rows)
                               : sharing_read_coupon_uses_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    uses->count = rows.count;
    uses->rows =
        arena_alloc_array(task_arena(source.alone.task), rows.count + 1, sizeof(*uses->rows));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_coupon_uses_row row = sharing_read_coupon_uses_row(&rows, i);
        uses->rows[i] = (struct kept_use){row.place, row.asset_id, row.used_micros,
                                          row.returned_micros, row.reason};
    }
    return FAILURE_NONE;
}
