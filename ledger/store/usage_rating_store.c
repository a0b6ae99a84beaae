#include "ledger/store/usage_rating_store.h"

#include "ledger/store/queries.h"

#define LINE_RATED 2

/* ---- what waits ---- */

enum failure usage_rating_store_list(struct reader reader, struct id after_id, size_t limit,
                                     struct accounts_to_rate *accounts)
{
    struct rows rows;
    enum failure failure = ledger_list_accounts_to_rate_alone(
        reader,
        &(struct ledger_list_accounts_to_rate){.after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    accounts->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *accounts->items);
    for (accounts->count = 0; accounts->count < rows.count; accounts->count++) {
        struct ledger_list_accounts_to_rate_row row =
            ledger_list_accounts_to_rate_row(&rows, accounts->count);
        accounts->items[accounts->count] =
            (struct account_to_rate){row.account_id, row.company_id, row.currency};
    }
    return FAILURE_NONE;
}

enum failure usage_rating_store_read(struct reader reader, struct id account_id, size_t limit,
                                     struct usage_to_rate **records, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_usage_to_rate_alone(
        reader,
        &(struct ledger_list_usage_to_rate){.account_id = account_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *records = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **records);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_usage_to_rate_row row = ledger_list_usage_to_rate_row(&rows, i);
        (*records)[i] = (struct usage_to_rate){.source = row.source,
                                               .record_id = row.record_id,
                                               .sku_id = row.sku_id,
                                               .region_id = row.region_id,
                                               .quantity_micros = row.quantity_micros,
                                               .start_us = row.start_us,
                                               .refused_fold_id = row.refused_fold_id,
                                               .original = {row.has_original_state,
                                                            row.original_state == LINE_RATED,
                                                            row.has_refused_fold_id}};
    }
    return FAILURE_NONE;
}

enum failure usage_rating_store_hold(struct transaction *transaction, struct id account_id,
                                     int64_t *carried_micros, bool *is_held)
{
    struct rows rows;
    enum failure failure = ledger_open_usage_account(
        transaction, &(struct ledger_open_usage_account){.account_id = account_id}, NULL);
    if (failure == FAILURE_NONE)
        failure = ledger_lock_usage_account(
            transaction, &(struct ledger_lock_usage_account){.account_id = account_id}, &rows);
    *is_held = failure == FAILURE_NONE && rows.count == 1;
    if (*is_held)
        *carried_micros = ledger_lock_usage_account_row(&rows, 0).carried_micros;
    return failure;
}

/* ---- meters ---- */

struct meter_columns {
    const char **sku_ids, **region_ids;
    int64_t *periods_us, *quantities;
};

static struct meter_columns columns_of(struct arena *arena, const struct usage_meter *meters,
                                       size_t count)
{
    struct meter_columns columns = {arena_alloc_array(arena, count + 1, sizeof(const char *)),
                                    arena_alloc_array(arena, count + 1, sizeof(const char *)),
                                    arena_alloc_array(arena, count + 1, sizeof(int64_t)),
                                    arena_alloc_array(arena, count + 1, sizeof(int64_t))};
    for (size_t i = 0; i < count; i++) {
        columns.sku_ids[i] = meters[i].sku_id;
        columns.region_ids[i] = meters[i].region_id;
        columns.periods_us[i] = meters[i].period_us;
        columns.quantities[i] = meters[i].quantity_micros;
    }
    return columns;
}

enum failure usage_rating_store_read_meters(struct transaction *transaction, struct id account_id,
                                            struct usage_meter *meters, size_t count)
{
    struct meter_columns columns = columns_of(transaction_arena(transaction), meters, count);
    struct rows rows;
    enum failure failure = ledger_read_meters(
        transaction,
        &(struct ledger_read_meters){.account_id = account_id,
                                     .sku_ids = text_array(columns.sku_ids, count),
                                     .region_ids = text_array(columns.region_ids, count),
                                     .period_us = time_array(columns.periods_us, count)},
        &rows);
    for (size_t i = 0; i < count; i++)
        meters[i].quantity_micros = 0;
    for (size_t i = 0; failure == FAILURE_NONE && i < rows.count; i++) {
        struct ledger_read_meters_row row = ledger_read_meters_row(&rows, i);
        if (row.place < 1 || (size_t)row.place > count)
            return FAILURE_INTERNAL;
        meters[row.place - 1].quantity_micros = row.quantity_micros;
    }
    return failure;
}

static enum failure keep_meters(struct transaction *transaction, const struct usage_rated *rated)
{
    size_t count = rated->meter_count;
    struct meter_columns columns = columns_of(transaction_arena(transaction), rated->meters, count);
    return ledger_keep_meters(
        transaction,
        &(struct ledger_keep_meters){.account_id = rated->account->account_id,
                                     .sku_ids = text_array(columns.sku_ids, count),
                                     .region_ids = text_array(columns.region_ids, count),
                                     .period_us = time_array(columns.periods_us, count),
                                     .quantity_micros = int64_array(columns.quantities, count)},
        NULL);
}

/* ---- lines ---- */

enum line_amount { USED, COVERED, LIST, DISCOUNT, CONTRACTED, COUPON, NET, LINE_AMOUNTS };

struct line_columns {
    const char **sources, **record_ids, **reasons, **book_ids;
    int64_t *periods_us, *amounts[LINE_AMOUNTS];
    struct id *price_ids, *fold_ids;
    bool *is_parked, *has_no_price, *has_no_fold;
};

static struct line_columns room_for_lines(struct arena *arena, size_t count)
{
    struct line_columns columns = {.sources = arena_alloc_array(arena, count, sizeof(char *)),
                                   .record_ids = arena_alloc_array(arena, count, sizeof(char *)),
                                   .reasons = arena_alloc_array(arena, count, sizeof(char *)),
                                   .book_ids = arena_alloc_array(arena, count, sizeof(char *)),
                                   .periods_us = arena_alloc_array(arena, count, sizeof(int64_t)),
                                   .price_ids = arena_alloc_array(arena, count, sizeof(struct id)),
                                   .fold_ids = arena_alloc_array(arena, count, sizeof(struct id)),
                                   .is_parked = arena_alloc_array(arena, count, sizeof(bool)),
                                   .has_no_price = arena_alloc_array(arena, count, sizeof(bool)),
                                   .has_no_fold = arena_alloc_array(arena, count, sizeof(bool))};
    for (size_t i = 0; i < LINE_AMOUNTS; i++)
        columns.amounts[i] = arena_alloc_array(arena, count, sizeof(int64_t));
    return columns;
}

static void put_amounts(const struct line_columns *columns, size_t place,
                        const struct rating *rating)
{
    columns->amounts[USED][place] = rating->used_micros;
    columns->amounts[COVERED][place] = rating->covered_micros;
    columns->amounts[LIST][place] = rating->list_micros;
    columns->amounts[DISCOUNT][place] = rating->discount_micros;
    columns->amounts[CONTRACTED][place] = rating->contracted_micros;
    columns->amounts[COUPON][place] = rating->coupon_micros;
    columns->amounts[NET][place] = rating->net_micros;
}

static void put_line(const struct line_columns *columns, size_t place,
                     const struct usage_rated *rated)
{
    const struct usage_to_rate *record = &rated->records[place];
    bool is_parked = record->verdict != RATING_RATED;
    columns->sources[place] = record->source;
    columns->record_ids[place] = record->record_id;
    columns->reasons[place] = is_parked ? rating_reason(record->verdict) : NULL;
    columns->book_ids[place] = id_is_nil(record->price_id) ? NULL : record->price_book_id;
    columns->periods_us[place] = rated->meters[record->meter].period_us;
    columns->price_ids[place] = record->price_id;
    columns->fold_ids[place] = record->fold_id;
    columns->is_parked[place] = is_parked;
    columns->has_no_price[place] = id_is_nil(record->price_id);
    columns->has_no_fold[place] = id_is_nil(record->fold_id);
    put_amounts(columns, place, &record->rating);
}

static struct int64_array amount_column(const struct line_columns *columns, enum line_amount which,
                                        size_t count)
{
    return (struct int64_array){columns->amounts[which], count, columns->is_parked};
}

static enum failure keep_lines(struct transaction *transaction, const struct usage_rated *rated,
                               bool *kept_all)
{
    size_t count = rated->count;
    struct line_columns columns = room_for_lines(transaction_arena(transaction), count + 1);
    struct rows rows;
    for (size_t i = 0; i < count; i++)
        put_line(&columns, i, rated);
    enum failure failure =
        ledger_keep_rated_usage(transaction,
                                &(struct ledger_keep_rated_usage){
                                    .sources = text_array(columns.sources, count),
                                    .record_ids = text_array(columns.record_ids, count),
                                    .reasons = text_array(columns.reasons, count),
                                    .parked_us = rated->now_us,
                                    .period_us = time_array(columns.periods_us, count),
                                    .currency = rated->account->currency,
                                    .price_ids = {columns.price_ids, count, columns.has_no_price},
                                    .price_book_ids = text_array(columns.book_ids, count),
                                    .used_micros = amount_column(&columns, USED, count),
                                    .covered_micros = amount_column(&columns, COVERED, count),
                                    .list_micros = amount_column(&columns, LIST, count),
                                    .discount_micros = amount_column(&columns, DISCOUNT, count),
                                    .contracted_micros = amount_column(&columns, CONTRACTED, count),
                                    .coupon_micros = amount_column(&columns, COUPON, count),
                                    .net_micros = amount_column(&columns, NET, count),
                                    .fold_ids = {columns.fold_ids, count, columns.has_no_fold}},
                                &rows);
    *kept_all =
        failure == FAILURE_NONE && ledger_keep_rated_usage_row(&rows, 0).changed == (int64_t)count;
    return failure;
}

static enum failure keep_folds(struct transaction *transaction, const struct usage_rated *rated)
{
    struct arena *arena = transaction_arena(transaction);
    size_t count = rated->fold_count;
    struct id *ids = arena_alloc_array(arena, count + 1, sizeof *ids);
    int64_t *days_us = arena_alloc_array(arena, count + 1, sizeof *days_us);
    int64_t *effective_us = arena_alloc_array(arena, count + 1, sizeof *effective_us);
    int64_t *lines = arena_alloc_array(arena, count + 1, sizeof *lines);
    int64_t *orders = arena_alloc_array(arena, count + 1, sizeof *orders);
    for (size_t i = 0; i < count; i++) {
        ids[i] = rated->folds[i].fold_id;
        days_us[i] = rated->folds[i].day_us;
        effective_us[i] = rated->folds[i].effective_us;
        lines[i] = rated->folds[i].lines_micros;
        orders[i] = rated->folds[i].order_micros;
    }
    return ledger_insert_usage_folds(
        transaction,
        &(struct ledger_insert_usage_folds){.fold_ids = id_array(ids, count),
                                            .account_id = rated->account->account_id,
                                            .day_us = time_array(days_us, count),
                                            .effective_us = time_array(effective_us, count),
                                            .currency = rated->account->currency,
                                            .lines_micros = int64_array(lines, count),
                                            .order_micros = int64_array(orders, count),
                                            .rated_us = rated->now_us},
        NULL);
}

enum failure usage_rating_store_keep(struct transaction *transaction,
                                     const struct usage_rated *rated, bool *kept_all)
{
    enum failure failure = keep_lines(transaction, rated, kept_all);
    if (failure != FAILURE_NONE || !*kept_all)
        return failure;
    failure = keep_meters(transaction, rated);
    if (failure == FAILURE_NONE && rated->fold_count > 0)
        failure = keep_folds(transaction, rated);
    if (failure != FAILURE_NONE)
        return failure;
    return ledger_keep_usage_carried(
        transaction,
        &(struct ledger_keep_usage_carried){.account_id = rated->account->account_id,
                                            .carried_micros = rated->carried_micros},
        NULL);
}

/* ---- folds ---- */

enum failure usage_fold_store_list(struct reader reader, struct id after_id, size_t limit,
                                   struct folds_to_book *folds)
{
    struct rows rows;
    enum failure failure = ledger_list_folds_to_book_alone(
        reader, &(struct ledger_list_folds_to_book){.after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    folds->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *folds->items);
    for (folds->count = 0; folds->count < rows.count; folds->count++) {
        struct ledger_list_folds_to_book_row row =
            ledger_list_folds_to_book_row(&rows, folds->count);
        folds->items[folds->count] = (struct fold_to_book){.fold_id = row.fold_id,
                                                           .account_id = row.account_id,
                                                           .effective_us = row.effective_us,
                                                           .currency = row.currency,
                                                           .order_micros = row.order_micros};
    }
    return FAILURE_NONE;
}

enum failure usage_fold_store_keep(struct reader reader, const struct folds_to_book *folds)
{
    struct arena *arena = reader_arena(reader);
    size_t count = 0;
    struct id *ids = arena_alloc_array(arena, folds->count + 1, sizeof *ids);
    struct id *entries = arena_alloc_array(arena, folds->count + 1, sizeof *entries);
    bool *has_none = arena_alloc_array(arena, folds->count + 1, sizeof *has_none);
    const char **reasons = arena_alloc_array(arena, folds->count + 1, sizeof *reasons);
    for (size_t i = 0; i < folds->count; i++) {
        const struct fold_to_book *fold = &folds->items[i];
        if (!fold->is_answered)
            continue;
        ids[count] = fold->fold_id;
        entries[count] = fold->entry_id;
        has_none[count] = id_is_nil(fold->entry_id);
        reasons[count++] = fold->reason;
    }
    if (count == 0)
        return FAILURE_NONE;
    return ledger_keep_booked_folds_alone(
        reader,
        &(struct ledger_keep_booked_folds){.fold_ids = id_array(ids, count),
                                           .entry_ids = {entries, count, has_none},
                                           .reasons = text_array(reasons, count)},
        NULL);
}

enum failure usage_rating_store_count_unrated(struct reader reader, struct id account_id,
                                              int64_t *unrated)
{
    struct rows rows;
    enum failure failure = ledger_count_unrated_usage_alone(
        reader, &(struct ledger_count_unrated_usage){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *unrated = ledger_count_unrated_usage_row(&rows, 0).unrated;
    return failure;
}

enum failure usage_rating_store_count_unrated_locked(struct transaction *transaction,
                                                     struct id account_id, int64_t *unrated)
{
    struct rows rows;
    enum failure failure = ledger_count_unrated_usage(
        transaction, &(struct ledger_count_unrated_usage){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *unrated = ledger_count_unrated_usage_row(&rows, 0).unrated;
    return failure;
}

/* ---- what is parked ---- */

enum failure usage_rating_store_unpark(struct reader reader, int64_t before_us, size_t limit,
                                       size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_unpark_usage_alone(
        reader, &(struct ledger_unpark_usage){.before_us = before_us, .limit = (int64_t)limit},
        &rows);
    *count = failure == FAILURE_NONE ? (size_t)rows.affected : 0;
    return failure;
}

enum failure usage_rating_store_count(struct reader reader, size_t limit, int64_t *parked,
                                      int64_t *refused)
{
    struct rows rows;
    enum failure failure = ledger_count_parked_usage_alone(
        reader, &(struct ledger_count_parked_usage){.limit = (int64_t)limit}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct ledger_count_parked_usage_row row = ledger_count_parked_usage_row(&rows, 0);
    *parked = row.parked;
    *refused = row.refused;
    return FAILURE_NONE;
}
