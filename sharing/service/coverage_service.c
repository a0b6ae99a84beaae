#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sharing/service/coupon_lines.h"
#include "sharing/service/cover.h"
#include "sharing/service/coverage_message.h"
#include "sharing/service/placing.h"
#include "sharing/service/sharing_service.h"

#define cover_usage_read cover_usage_read
#define apply_coupons_read apply_coupons_read
#define apply_coupons_linkage extern
#define return_to_coupons_read return_to_coupons_read
#define return_to_coupons_linkage extern
#include "sharing/service/coverage_rpc.h"

/* ---- reading ---- */

static const char *name_in(struct call *call, size_t at, const char *field)
{
    return arena_printf(call_arena(call), "pieces[%zu].%s", at, field);
}

static void check_piece(struct call *call, size_t at, const Sharing__V1__UsagePiece *piece)
{
    (void)field_id(call, name_in(call, at, "piece_id"), piece->piece_id);
    (void)field_id(call, name_in(call, at, "account_id"), piece->account_id);
    (void)field_time(call, name_in(call, at, "usage_time"), piece->usage_time);
    (void)field_currency(call, name_in(call, at, "currency"), piece->currency);
    field_text(call, name_in(call, at, "sku"), piece->sku, 1, COVERAGE_SKU_BYTES_MAX);
    field_text(call, name_in(call, at, "product"), piece->product, 1, 32);
    field_text(call, name_in(call, at, "bill_type"), piece->bill_type, 1, 32);
    field_text(call, name_in(call, at, "region"), piece->region, 0, COVERAGE_REGION_BYTES_MAX);
    if (piece->quantity_micros == 0 || piece->quantity_micros > COVERAGE_FIGURE_MAX ||
        piece->quantity_micros < -COVERAGE_FIGURE_MAX)
        call_add_field_violation(call, name_in(call, at, "quantity_micros"), FAULT_OUT_OF_RANGE,
                                 "Must not be 0, and at most 10^15 either way.");
    if (piece->list_price_nano < 0 || piece->list_price_nano > COVERAGE_FIGURE_MAX)
        call_add_field_violation(call, name_in(call, at, "list_price_nano"), FAULT_OUT_OF_RANGE,
                                 "Must be 0 to 10^15.");
}

static int compare_pieces(const void *a, const void *b)
{
    const struct usage_piece *left = a, *right = b;
    if (left->hour_us != right->hour_us)
        return left->hour_us < right->hour_us ? -1 : 1;
    return id_compare(left->piece_id, right->piece_id);
}

/* The pieces as they were checked, hour by hour. */
static struct usage_piece *read_pieces(struct call *call, const struct cover_usage *request)
{
    struct usage_piece *pieces =
        arena_alloc_array(call_arena(call), request->n_pieces + 1, sizeof(*pieces));
    for (size_t i = 0; i < request->n_pieces; i++) {
        const Sharing__V1__UsagePiece *piece = request->pieces[i];
        int64_t usage_us = field_time(call, "usage_time", piece->usage_time);
        pieces[i] =
            (struct usage_piece){.piece_id = field_id(call, "piece_id", piece->piece_id),
                                 .account_id = field_id(call, "account_id", piece->account_id),
                                 .hour_us = coverage_hour_us(usage_us),
                                 .usage_us = usage_us,
                                 .sku = piece->sku,
                                 .product = piece->product,
                                 .bill_type = piece->bill_type,
                                 .region = piece->region,
                                 .quantity_micros = piece->quantity_micros,
                                 .list_nano = piece->list_price_nano,
                                 .currency = piece->currency};
    }
    qsort(pieces, request->n_pieces, sizeof(*pieces), compare_pieces);
    return pieces;
}

static int compare_ids(const void *a, const void *b)
{
    const struct id *left = a, *right = b;
    return id_compare(*left, *right);
}

/* How many hours the pieces are of, hour by hour. */
static size_t count_hours(const struct usage_piece *pieces, size_t count)
{
    size_t hours = 0;
    for (size_t i = 0; i < count; i++)
        hours += i == 0 || pieces[i].hour_us != pieces[i - 1].hour_us;
    return hours;
}

static size_t count_corrections(const struct usage_piece *pieces, size_t count)
{
    size_t corrections = 0;
    for (size_t i = 0; i < count; i++)
        corrections += pieces[i].quantity_micros < 0;
    return corrections;
}

static void check_together(struct call *call, const struct cover_usage *request)
{
    size_t count = request->n_pieces;
    const struct usage_piece *pieces = read_pieces(call, request);
    struct id *ids = arena_alloc_array(call_arena(call), count + 1, sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = pieces[i].piece_id;
    qsort(ids, count, sizeof(*ids), compare_ids);
    for (size_t i = 1; i < count; i++) {
        if (!id_equal(ids[i - 1], ids[i]))
            continue;
        call_add_field_violation(call, "pieces", FAULT_NOT_DISTINCT, "Must be different pieces.");
        break;
    }
    if (count_corrections(pieces, count) > COVERAGE_CORRECTIONS_MAX)
        call_add_field_violation(call, "pieces", FAULT_TOO_MANY,
                                 "Must be at most 100 corrections.");
    if (count_hours(pieces, count) > COVERAGE_HOURS_MAX)
        call_add_field_violation(call, "pieces", FAULT_TOO_MANY, "Must be of at most 24 hours.");
}

static void cover_usage_read(struct call *call, const Sharing__V1__CoverUsageRequest *message,
                             struct cover_usage *request)
{
    cover_usage_fields(call, message, request);
    if (request->n_pieces < 1 || request->n_pieces > COVERAGE_PIECES_MAX)
        call_add_field_violation(call, "pieces", FAULT_TOO_MANY, "Must be 1 to 1000.");
    for (size_t i = 0; request->n_pieces <= COVERAGE_PIECES_MAX && i < request->n_pieces; i++)
        check_piece(call, i, request->pieces[i]);
    if (!call_has_violations(call))
        check_together(call, request);
}

/* ---- covering ---- */

static bool is_among(const struct id_array *ids, struct id id)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (id_equal(ids->items[i], id))
            return true;
    }
    return false;
}

/* Leaves out the pieces that were told before. */
static enum failure leave_out_known(struct mutation *mutation, struct id company_id,
                                    struct usage_piece *pieces, size_t *count)
{
    struct id_array known;
    size_t kept = 0;
    enum failure failure =
        coverage_store_find_pieces(mutation->transaction, company_id, pieces, *count, &known);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < *count; i++) {
        if (!is_among(&known, pieces[i].piece_id))
            pieces[kept++] = pieces[i];
    }
    *count = kept;
    return FAILURE_NONE;
}

/* Corrections come after usage, which is kept by then: they give back what covers more than is left
 * of it. */
static enum failure correct(struct mutation *mutation, struct id company_id, struct cover *cover,
                            struct cover_hour *hour)
{
    for (size_t i = 0; i < hour->count; i++) {
        const struct usage_piece *piece = &hour->pieces[i];
        if (piece->quantity_micros > 0)
            continue;
        struct considered_list kept;
        int64_t net_micros;
        size_t before = hour->considered.count;
        enum failure failure =
            coverage_store_read_key(mutation->transaction, company_id, piece, &net_micros, &kept);
        if (failure != FAILURE_NONE)
            return failure;
        cover_give_back(cover, hour, i, net_micros + piece->quantity_micros, &kept);
        struct considered_list back = {hour->considered.rows + before,
                                       hour->considered.count - before};
        failure = coverage_store_keep_pieces(mutation->transaction, company_id, piece, 1);
        if (failure == FAILURE_NONE)
            failure = coverage_store_keep(mutation->transaction, company_id, &back);
        if (failure != FAILURE_NONE)
            return failure;
    }
    return FAILURE_NONE;
}

static enum failure keep_usage(struct mutation *mutation, struct id company_id,
                               const struct cover_hour *hour)
{
    struct usage_piece *pieces =
        arena_alloc_array(call_arena(mutation->call), hour->count + 1, sizeof(*pieces));
    size_t count = 0;
    for (size_t i = 0; i < hour->count; i++) {
        if (hour->pieces[i].quantity_micros > 0)
            pieces[count++] = hour->pieces[i];
    }
    enum failure failure =
        coverage_store_keep_pieces(mutation->transaction, company_id, pieces, count);
    if (failure == FAILURE_NONE)
        failure = coverage_store_keep(mutation->transaction, company_id, &hour->considered);
    return failure;
}

static int cover_hour(struct mutation *mutation, struct id company_id, struct cover *cover,
                      struct cover_hour *hour)
{
    cover_pair(cover, hour);
    if (cover->is_too_wide)
        return call_refuse(mutation->call, coverage_refusal(COVERAGE_TOO_WIDE), NO_TERMS);
    int no = coverage_store_take_hours(mutation->transaction, &hour->hours);
    if (no == 0)
        no = coverage_store_read_owed(source_of_transaction(mutation->transaction), company_id,
                                      hour->pieces, hour->count, &hour->owed);
    if (no != 0)
        return no;
    cover_serve(cover, hour);
    no = keep_usage(mutation, company_id, hour);
    if (no == 0)
        no = correct(mutation, company_id, cover, hour);
    return no == 0 ? coverage_store_set_hours(mutation->transaction, &hour->hours) : no;
}

/* How many of the first pieces are of one hour. */
static size_t same_hour(const struct usage_piece *pieces, size_t count)
{
    size_t same = 1;
    while (same < count && pieces[same].hour_us == pieces[0].hour_us)
        same++;
    return same;
}

static int cover_all(struct mutation *mutation, struct id company_id, struct cover *cover,
                     const struct usage_piece *pieces, size_t count)
{
    int no = cover_read(source_of_transaction(mutation->transaction), cover, pieces, count);
    if (no == 0 && cover->is_too_wide)
        no = call_refuse(mutation->call, coverage_refusal(COVERAGE_TOO_WIDE), NO_TERMS);
    for (size_t at = 0; no == 0 && at < count;) {
        struct cover_hour hour = {.pieces = pieces + at,
                                  .count = same_hour(pieces + at, count - at)};
        no = cover_hour(mutation, company_id, cover, &hour);
        at += hour.count;
    }
    return no;
}

/* ---- answering ---- */

static int answer(struct mutation *mutation, const struct cover_usage *request,
                  Sharing__V1__CoverUsageResponse *response)
{
    struct call *call = mutation->call;
    size_t count = request->n_pieces;
    struct id *ids = arena_alloc_array(call_arena(call), count + 1, sizeof(*ids));
    struct considered_list list = {0};
    for (size_t i = 0; i < count; i++)
        ids[i] = field_id(call, "piece_id", request->pieces[i]->piece_id);
    int no = coverage_store_read(source_of_transaction(mutation->transaction), request->company_id,
                                 ids, count, &list);
    if (no != 0)
        return no;
    response->coverages =
        arena_alloc_array(call_arena(call), count + 1, sizeof(*response->coverages));
    for (size_t i = 0; i < count; i++)
        response->coverages[i] = coverage_to_message(call, ids[i], &list);
    response->n_coverages = count;
    return 0;
}

static int cover_usage(struct mutation *mutation, const struct cover_usage *request,
                       Sharing__V1__CoverUsageResponse *response)
{
    struct usage_piece *pieces = read_pieces(mutation->call, request);
    size_t count = request->n_pieces;
    struct cover cover = {.arena = call_arena(mutation->call), .company_id = request->company_id};
    int no = company_store_hold(mutation->transaction, &cover.company_id);
    if (no == 0)
        no = leave_out_known(mutation, request->company_id, pieces, &count);
    if (no == 0 && count > 0)
        no = cover_all(mutation, request->company_id, &cover, pieces, count);
    if (no == FAILURE_CONSTRAINT)
        return FAILURE_CONFLICT; /* somebody told one of the pieces at the same time */
    return no == 0 ? answer(mutation, request, response) : no;
}
