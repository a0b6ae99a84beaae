#include "sharing/store/coverage_store.h"

#include <stddef.h>
#include <string.h>

#include "sharing/store/queries.h"

struct source source_of_transaction(struct transaction *transaction)
{
    return (struct source){transaction, {.task = transaction_task(transaction)}};
}

static struct arena *source_arena(struct source source)
{
    return task_arena(source.alone.task);
}

enum failure coverage_store_assets(struct source source, const struct coverage_question *question,
                                   struct asset_list *assets)
{
    const struct sharing_read_covering_assets of = {
        .company_id = question->company_id,
        .account_ids = {question->account_ids, question->account_count},
        .skus = {question->skus, question->sku_count},
        .start_us = question->start_us,
        .end_us = question->end_us,
        .look_max = COVERAGE_LOOK_MAX,
        .limit = (int64_t)question->limit};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_covering_assets(source.transaction, &of, &rows)
                               : sharing_read_covering_assets_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    assets->count = rows.count;
    assets->assets =
        arena_alloc_array(source_arena(source), rows.count + 1, sizeof(*assets->assets));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_asset_row row = sharing_read_asset_row(&rows, i);
        assets->assets[i] = asset_from_row(source.alone.task, &row);
    }
    return FAILURE_NONE;
}

static void begin_times(struct source source, size_t count, struct times *times)
{
    times->count = count;
    times->keys = arena_alloc_array(source_arena(source), count + 1, sizeof(*times->keys));
    times->intervals =
        arena_alloc_array(source_arena(source), count + 1, sizeof(*times->intervals));
}

enum failure coverage_store_shares(struct source source, const struct coverage_question *question,
                                   struct times *times)
{
    const struct sharing_read_shares_of_assets of = {
        .company_id = question->company_id,
        .asset_ids = {question->asset_ids, question->asset_count},
        .account_ids = {question->account_ids, question->account_count},
        .start_us = question->start_us,
        .end_us = question->end_us,
        .limit = (int64_t)question->limit};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_shares_of_assets(source.transaction, &of, &rows)
                               : sharing_read_shares_of_assets_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    begin_times(source, rows.count, times);
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_shares_of_assets_row row = sharing_read_shares_of_assets_row(&rows, i);
        times->keys[i] =
            (struct time_key){row.asset_id, row.account_id, !id_is_nil(row.organization_id)};
        times->intervals[i] =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    return FAILURE_NONE;
}

enum failure coverage_store_verifications(struct source source,
                                          const struct coverage_question *question,
                                          struct times *times)
{
    const struct sharing_read_verifications_of_accounts of = {
        .company_id = question->company_id,
        .account_ids = {question->account_ids, question->account_count},
        .limit = (int64_t)question->limit};
    struct rows rows;
    enum failure failure =
        source.transaction != NULL
            ? sharing_read_verifications_of_accounts(source.transaction, &of, &rows)
            : sharing_read_verifications_of_accounts_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    begin_times(source, rows.count, times);
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_verifications_of_accounts_row row =
            sharing_read_verifications_of_accounts_row(&rows, i);
        times->keys[i] = (struct time_key){.account_id = row.account_id};
        times->intervals[i] =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    return FAILURE_NONE;
}

enum failure coverage_store_payments(struct source source, const struct coverage_question *question,
                                     struct times *times)
{
    const struct sharing_read_payments_of_accounts of = {
        .company_id = question->company_id,
        .account_ids = {question->account_ids, question->account_count},
        .limit = (int64_t)question->limit};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_payments_of_accounts(source.transaction, &of, &rows)
                               : sharing_read_payments_of_accounts_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    begin_times(source, rows.count, times);
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_payments_of_accounts_row row =
            sharing_read_payments_of_accounts_row(&rows, i);
        times->keys[i] = (struct time_key){row.payer_account_id, row.account_id, false};
        times->intervals[i] =
            (struct interval){row.started_us, row.has_ended_time ? row.ended_us : INTERVAL_OPEN};
    }
    return FAILURE_NONE;
}

/* ---- hours ---- */

static void read_hours(const struct rows *rows, struct asset_hours *hours)
{
    for (size_t i = 0; i < hours->count; i++)
        hours->used_micros[i] = 0;
    for (size_t row = 0; row < rows->count; row++) {
        struct sharing_lock_asset_hours_row found = sharing_lock_asset_hours_row(rows, row);
        size_t low = 0;
        for (size_t high = hours->count; low < high;) {
            size_t middle = low + (high - low) / 2;
            if (id_compare(hours->asset_ids[middle], found.asset_id) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < hours->count && id_equal(hours->asset_ids[low], found.asset_id))
            hours->used_micros[low] = found.used_micros;
    }
}

static struct sharing_lock_asset_hours hours_in(const struct asset_hours *hours)
{
    return (struct sharing_lock_asset_hours){.company_ids = {hours->company_ids, hours->count},
                                             .asset_ids = {hours->asset_ids, hours->count},
                                             .hour_us = hours->hour_us};
}

enum failure coverage_store_take_hours(struct transaction *transaction, struct asset_hours *hours)
{
    const struct sharing_lock_asset_hours of = hours_in(hours);
    struct rows rows;
    enum failure failure = sharing_lock_asset_hours(transaction, &of, &rows);
    if (failure == FAILURE_NONE)
        read_hours(&rows, hours);
    return failure;
}

enum failure coverage_store_read_hours(struct reader reader, struct asset_hours *hours)
{
    const struct sharing_lock_asset_hours of = hours_in(hours);
    struct rows rows;
    enum failure failure = sharing_read_asset_hours_alone(reader, &of, &rows);
    if (failure == FAILURE_NONE)
        read_hours(&rows, hours);
    return failure;
}

enum failure coverage_store_set_hours(struct transaction *transaction,
                                      const struct asset_hours *hours)
{
    return sharing_update_asset_hours(
        transaction,
        &(struct sharing_update_asset_hours){.company_ids = {hours->company_ids, hours->count},
                                             .asset_ids = {hours->asset_ids, hours->count},
                                             .hour_us = hours->hour_us,
                                             .used_micros = {hours->used_micros, hours->count}},
        NULL);
}

/* ---- pieces ---- */

struct table {
    const void *rows;
    size_t row_size;
    size_t count;
};

/* The values of one member of all rows, as an array of their own. */
static void *column(struct arena *arena, const struct table *table, size_t at, size_t size)
{
    char *values = arena_alloc_array(arena, table->count + 1, size);
    for (size_t i = 0; i < table->count; i++)
        memcpy(values + i * size, (const char *)table->rows + i * table->row_size + at, size);
    return values;
}

#define COLUMN(arena, rows, count, member)                                   \
    column((arena), &(const struct table){(rows), sizeof(*(rows)), (count)}, \
           offsetof(__typeof__(*(rows)), member), sizeof((rows)->member))

enum failure coverage_store_keep_pieces(struct transaction *transaction, struct id company_id,
                                        const struct usage_piece *pieces, size_t count)
{
    struct arena *arena = transaction_arena(transaction);
    if (count == 0)
        return FAILURE_NONE;
    return sharing_insert_usage_pieces(
        transaction,
        &(struct sharing_insert_usage_pieces){
            .company_id = company_id,
            .piece_ids = {COLUMN(arena, pieces, count, piece_id), count},
            .account_ids = {COLUMN(arena, pieces, count, account_id), count},
            .hour_us = {COLUMN(arena, pieces, count, hour_us), count},
            .usage_us = {COLUMN(arena, pieces, count, usage_us), count},
            .skus = {COLUMN(arena, pieces, count, sku), count},
            .products = {COLUMN(arena, pieces, count, product), count},
            .bill_types = {COLUMN(arena, pieces, count, bill_type), count},
            .regions = {COLUMN(arena, pieces, count, region), count},
            .quantity_micros = {COLUMN(arena, pieces, count, quantity_micros), count},
            .list_price_nano = {COLUMN(arena, pieces, count, list_nano), count},
            .currencies = {COLUMN(arena, pieces, count, currency), count}},
        NULL);
}

enum failure coverage_store_keep(struct transaction *transaction, struct id company_id,
                                 const struct considered_list *list)
{
    struct arena *arena = transaction_arena(transaction);
    size_t count = list->count;
    if (count == 0)
        return FAILURE_NONE;
    return sharing_insert_coverages(
        transaction,
        &(struct sharing_insert_coverages){
            .company_id = company_id,
            .piece_ids = {COLUMN(arena, list->rows, count, piece_id), count},
            .places = {COLUMN(arena, list->rows, count, place), count},
            .asset_ids = {COLUMN(arena, list->rows, count, asset_id), count},
            .kinds = {COLUMN(arena, list->rows, count, kind), count},
            .quantity_micros = {COLUMN(arena, list->rows, count, quantity_micros), count},
            .used_micros = {COLUMN(arena, list->rows, count, used_micros), count},
            .reasons = {COLUMN(arena, list->rows, count, reason), count}},
        NULL);
}

enum failure coverage_store_find_pieces(struct transaction *transaction, struct id company_id,
                                        const struct usage_piece *pieces, size_t count,
                                        struct id_array *found)
{
    struct arena *arena = transaction_arena(transaction);
    struct rows rows;
    enum failure failure = sharing_read_usage_pieces(
        transaction,
        &(struct sharing_read_usage_pieces){
            .company_id = company_id, .piece_ids = {COLUMN(arena, pieces, count, piece_id), count}},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = arena_alloc_array(arena, rows.count + 1, sizeof(*ids));
    for (size_t i = 0; i < rows.count; i++)
        ids[i] = sharing_read_usage_pieces_row(&rows, i).piece_id;
    *found = id_array(ids, rows.count);
    return FAILURE_NONE;
}

enum failure coverage_store_read(struct source source, struct id company_id,
                                 const struct id *piece_ids, size_t count,
                                 struct considered_list *list)
{
    const struct sharing_read_usage_pieces of = {.company_id = company_id,
                                                 .piece_ids = {piece_ids, count}};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_coverages(source.transaction, &of, &rows)
                               : sharing_read_coverages_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = rows.count;
    list->rows = arena_alloc_array(source_arena(source), rows.count + 1, sizeof(*list->rows));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_coverages_row row = sharing_read_coverages_row(&rows, i);
        list->rows[i] = (struct considered){.piece_id = row.piece_id,
                                            .place = row.place,
                                            .asset_id = row.asset_id,
                                            .kind = row.kind,
                                            .quantity_micros = row.quantity_micros,
                                            .used_micros = row.used_micros,
                                            .reason = row.reason};
    }
    return FAILURE_NONE;
}

enum failure coverage_store_read_key(struct transaction *transaction, struct id company_id,
                                     const struct usage_piece *piece, int64_t *net_micros,
                                     struct considered_list *list)
{
    struct rows rows;
    enum failure failure = sharing_read_coverage_of_key(
        transaction,
        &(struct sharing_read_coverage_of_key){.company_id = company_id,
                                               .account_id = piece->account_id,
                                               .hour_us = piece->hour_us,
                                               .sku = piece->sku,
                                               .product = piece->product,
                                               .bill_type = piece->bill_type,
                                               .region = piece->region},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    list->count = 0;
    list->rows =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(*list->rows));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_coverage_of_key_row row = sharing_read_coverage_of_key_row(&rows, i);
        if (id_is_nil(row.asset_id))
            *net_micros = row.quantity_micros;
        else
            list->rows[list->count++] = (struct considered){.asset_id = row.asset_id,
                                                            .quantity_micros = row.quantity_micros,
                                                            .used_micros = row.used_micros};
    }
    return FAILURE_NONE;
}

enum failure coverage_store_read_owed(struct source source, struct id company_id,
                                      const struct usage_piece *pieces, size_t count,
                                      struct owed_list *list)
{
    struct arena *arena = source_arena(source);
    const struct sharing_read_owed_usage of = {
        .company_id = company_id,
        .account_ids = {COLUMN(arena, pieces, count, account_id), count},
        .hour_us = count > 0 ? pieces[0].hour_us : 0,
        .skus = {COLUMN(arena, pieces, count, sku), count},
        .products = {COLUMN(arena, pieces, count, product), count},
        .bill_types = {COLUMN(arena, pieces, count, bill_type), count},
        .regions = {COLUMN(arena, pieces, count, region), count}};
    struct rows rows;
    enum failure failure = source.transaction != NULL
                               ? sharing_read_owed_usage(source.transaction, &of, &rows)
                               : sharing_read_owed_usage_alone(source.alone, &of, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct owed *owed = arena_alloc_array(arena, rows.count + 1, sizeof(*owed));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_owed_usage_row row = sharing_read_owed_usage_row(&rows, i);
        owed[i] =
            (struct owed){(size_t)row.place - 1, (size_t)row.first_place - 1, row.owed_micros};
    }
    *list = (struct owed_list){owed, rows.count};
    return FAILURE_NONE;
}
