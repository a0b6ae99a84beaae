#include "sharing/store/report_store.h"

#include "sharing/store/queries.h"
#include "sharing/store/share_store.h"

static void read_list(struct reader reader, const struct rows *rows, struct asset_list *assets)
{
    assets->count = rows->count;
    assets->assets =
        arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof(*assets->assets));
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_read_asset_row row = sharing_read_asset_row(rows, i);
        assets->assets[i] = asset_from_row(reader.task, &row);
    }
}

enum failure report_store_assets(struct reader reader, struct id company_id,
                                 const struct id_array *ids, struct asset_list *assets)
{
    struct rows rows;
    enum failure failure = sharing_read_assets_alone(
        reader, &(struct sharing_lock_assets){.company_id = company_id, .asset_ids = *ids}, &rows);
    if (failure == FAILURE_NONE)
        read_list(reader, &rows, assets);
    return failure;
}

enum failure report_store_expiring(struct reader reader, const struct expiring_filter *filter,
                                   struct asset_list *assets)
{
    struct rows rows;
    enum failure failure = sharing_list_expiring_assets_alone(
        reader,
        &(struct sharing_list_expiring_assets){.company_id = filter->account.company_id,
                                               .account_id = filter->account.id,
                                               .now_us = filter->now_us,
                                               .end_us = filter->end_us,
                                               .before_id = filter->before_id,
                                               .look_max = RECEIVED_LOOK_MAX,
                                               .limit = (int64_t)filter->limit},
        &rows);
    if (failure == FAILURE_NONE)
        read_list(reader, &rows, assets);
    return failure;
}

enum failure report_store_days(struct reader reader, struct company_key asset,
                               const struct interval *held, size_t count, struct used_days *days)
{
    int64_t *times = arena_alloc_array(reader_arena(reader), 2 * count + 1, sizeof(*times));
    for (size_t i = 0; i < count; i++) {
        times[i] = held[i].start_us;
        times[count + i] = held[i].end_us;
    }
    struct rows rows;
    enum failure failure = sharing_sum_asset_days_alone(
        reader,
        &(struct sharing_sum_asset_days){.company_id = asset.company_id,
                                         .asset_id = asset.id,
                                         .start_us = {times, count},
                                         .end_us = {times + count, count}},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    days->count = rows.count;
    days->days = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(*days->days));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_sum_asset_days_row row = sharing_sum_asset_days_row(&rows, i);
        days->days[i] = (struct used_day){row.day_us, row.used_micros};
    }
    return FAILURE_NONE;
}

static bool is_of(const struct rows *rows, struct id account_id)
{
    return rows->count == 1 &&
           id_equal(sharing_read_piece_account_row(rows, 0).account_id, account_id);
}

enum failure report_store_has_piece(struct reader reader, struct company_key piece,
                                    struct id account_id, bool *has)
{
    struct rows rows;
    enum failure failure = sharing_read_piece_account_alone(
        reader,
        &(struct sharing_read_piece_account){.company_id = piece.company_id, .line_id = piece.id},
        &rows);
    *has = failure == FAILURE_NONE && is_of(&rows, account_id);
    return failure;
}

enum failure report_store_has_line(struct reader reader, struct company_key line,
                                   struct id account_id, bool *has)
{
    struct rows rows;
    enum failure failure = sharing_read_coupon_line_alone(
        reader,
        &(struct sharing_read_piece_account){.company_id = line.company_id, .line_id = line.id},
        &rows);
    *has = failure == FAILURE_NONE && is_of(&rows, account_id);
    return failure;
}
