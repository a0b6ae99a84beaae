/* Reports on benefits (c-10, c-11). */
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/coupon_order.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/cover.h"
#include "sharing/service/coverage_message.h"
#include "sharing/service/placing.h"
#include "sharing/service/wallet.h"
#include "sharing/store/report_store.h"

/* Lines are kept under the company that the account was opened in. */
static int stay(struct call *call, struct id *company_id)
{
    (void)call, (void)company_id;
    return 0;
}

#define explain_line_place stay
#define preview_line_read preview_line_read
#define get_asset_use_read get_asset_use_read
#define list_expiring_assets_read list_expiring_assets_read
#include "sharing/service/report_rpc.h"

/* ---- explaining ---- */

static int explain_piece(struct call *call, const struct explain_line *request,
                         Sharing__V1__ExplainLineResponse *response)
{
    const struct company_key key = {request->company_id, request->line_id};
    const struct source source = {NULL, sharing_reader(call)};
    struct considered_list list = {0};
    bool has = false;
    int no = report_store_has_piece(source.alone, key, request->account_id, &has);
    if (no == 0 && has)
        no = coverage_store_read(source, key.company_id, &key.id, 1, &list);
    if (no == 0 && has)
        response->coverage = coverage_to_message(call, key.id, &list);
    return no;
}

static int explain_payment(struct call *call, const struct explain_line *request,
                           Sharing__V1__ExplainLineResponse *response)
{
    const struct company_key key = {request->company_id, request->line_id};
    const struct source source = {NULL, sharing_reader(call)};
    struct kept_uses uses = {0};
    bool has = false;
    int no = report_store_has_line(source.alone, key, request->account_id, &has);
    if (no == 0 && has)
        no = coupon_line_store_read_uses(source, key, &uses);
    if (no == 0 && has)
        response->payment = payment_to_message(call, key.id, &uses);
    return no;
}

static int explain_line(struct call *call, const struct explain_line *request,
                        Sharing__V1__ExplainLineResponse *response)
{
    int no = explain_piece(call, request, response);
    if (no == 0)
        no = explain_payment(call, request, response);
    if (no == 0 && response->coverage == NULL && response->payment == NULL)
        no = call_refuse(call, coverage_refusal(COVERAGE_LINE_UNKNOWN), NO_TERMS);
    return no;
}

/* ---- trying ---- */

static void preview_line_read(struct call *call, const Sharing__V1__PreviewLineRequest *message,
                              struct preview_line *request)
{
    preview_line_fields(call, message, request);
    field_text(call, "sku", request->sku, 1, COVERAGE_SKU_BYTES_MAX);
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
    field_text(call, "region", request->region, 0, COVERAGE_REGION_BYTES_MAX);
    if (request->quantity_micros < 1 || request->quantity_micros > COVERAGE_FIGURE_MAX)
        call_add_field_violation(call, "quantity_micros", FAULT_OUT_OF_RANGE,
                                 "Must be 1 to 10^15.");
    if (request->list_price_nano < 0 || request->list_price_nano > COVERAGE_FIGURE_MAX)
        call_add_field_violation(call, "list_price_nano", FAULT_OUT_OF_RANGE,
                                 "Must be 0 to 10^15.");
}

static int try_cover(struct call *call, const struct preview_line *request,
                     const struct usage_piece *piece, struct considered_list *list)
{
    const struct source source = {NULL, sharing_reader(call)};
    struct cover cover = {.arena = call_arena(call), .company_id = request->company_id};
    struct cover_hour hour = {.pieces = piece, .count = 1};
    int no = cover_read(source, &cover, piece, 1);
    if (no == 0 && !cover.is_too_wide)
        cover_pair(&cover, &hour);
    if (no == 0 && cover.is_too_wide)
        no = call_refuse(call, coverage_refusal(COVERAGE_TOO_WIDE), NO_TERMS);
    if (no == 0)
        no = coverage_store_read_hours(source.alone, &hour.hours);
    if (no == 0)
        no = coverage_store_read_owed(source, request->company_id, piece, 1, &hour.owed);
    if (no != 0)
        return no;
    cover_serve(&cover, &hour);
    *list = hour.considered;
    return 0;
}

static int try_pay(struct call *call, const struct preview_line *request, int64_t usage_us,
                   Sharing__V1__PreviewLineResponse *response)
{
    const struct source source = {NULL, sharing_reader(call)};
    const struct coupon_line line = {.account_id = request->account_id,
                                     .usage_us = usage_us,
                                     .product = request->product,
                                     .bill_type = request->bill_type,
                                     .region = request->region,
                                     .amount_micros = response->uncovered_micros,
                                     .currency = request->currency->code};
    struct wallet wallet = {.arena = call_arena(call), .company_id = request->company_id};
    const struct coverage_question question = wallet_question(&wallet, &line, 1);
    struct found_coupons found;
    int no = coupon_line_store_find(source, &question, &found);
    if (no == 0)
        no = report_store_assets(source.alone, wallet.company_id, &found.ids, &wallet.coupons);
    if (no == 0)
        no = wallet_open(source, &wallet, &question);
    if (no != 0)
        return no;
    const struct kept_uses uses = wallet_pay(&wallet, &line);
    response->payment = payment_to_message(call, nobody, &uses);
    return 0;
}

static int preview_line(struct call *call, const struct preview_line *request,
                        Sharing__V1__PreviewLineResponse *response)
{
    int64_t now_us = clock_now_us();
    const struct usage_piece piece = {.account_id = request->account_id,
                                      .hour_us = coverage_hour_us(now_us),
                                      .usage_us = now_us,
                                      .sku = request->sku,
                                      .product = request->product,
                                      .bill_type = request->bill_type,
                                      .region = request->region,
                                      .quantity_micros = request->quantity_micros,
                                      .list_nano = request->list_price_nano,
                                      .currency = request->currency->code};
    struct considered_list list = {0};
    int no = try_cover(call, request, &piece, &list);
    if (no != 0)
        return no;
    response->coverage = coverage_to_message(call, nobody, &list);
    int64_t left = piece.quantity_micros - response->coverage->covered_quantity_micros;
    if (!amount_half_away((amount_wide)left * piece.list_nano, INT64_C(1000000000),
                          &response->uncovered_micros))
        response->uncovered_micros = INT64_MAX;
    return response->uncovered_micros > 0 ? try_pay(call, request, now_us, response) : 0;
}

/* ---- the use of an asset ---- */

static void get_asset_use_read(struct call *call, const Sharing__V1__GetAssetUseRequest *message,
                               struct get_asset_use *request)
{
    get_asset_use_fields(call, message, request);
    int64_t now_us = clock_now_us();
    if (!request->has_end_time || request->end_us > now_us)
        request->end_us = now_us;
    if (!request->has_start_time)
        request->start_us = amount_max(request->end_us - 30 * COVERAGE_DAY_US, 0);
    request->start_us =
        amount_max(request->start_us, request->end_us - COVERAGE_DAYS_MAX * COVERAGE_DAY_US);
    request->start_us = amount_max(request->start_us - request->start_us % COVERAGE_DAY_US, 0);
}

/* An asset, and the hours of it that are over and that the account had it in. */
struct asset_use {
    const struct asset *asset;
    struct interval *held;
    size_t held_count;
    struct used_days used;
};

/* The owner sees all of [start_us, end_us), others the hours of their shares. */
static void hold(struct call *call, const struct benefit_usage *usage,
                 const struct interval *within, struct asset_use *use)
{
    size_t count = usage->by_owner ? 1 : usage->share_count;
    use->held = arena_alloc_array(call_arena(call), count + 1, sizeof(*use->held));
    for (size_t i = 0; i < count; i++) {
        struct interval share = usage->by_owner ? *within : usage->shares[i];
        use->held[i] = (struct interval){amount_max(share.start_us, within->start_us),
                                         amount_min(share.end_us, within->end_us)};
    }
    use->held_count = coverage_held_hours(use->held, count);
}

/* Of a day; without hours that are held there is no message. */
static void answer_day(struct call *call, const struct asset_use *use, int64_t day_us,
                       Sharing__V1__GetAssetUseResponse *response)
{
    int64_t hours = 0;
    for (size_t i = 0; i < use->held_count; i++)
        hours += coverage_hours(amount_max(day_us, use->held[i].start_us),
                                amount_min(day_us + COVERAGE_DAY_US, use->held[i].end_us),
                                use->asset->provisioned_us, use->asset->expire_us);
    if (hours == 0 || use->asset->hourly_micros == 0)
        return;
    Sharing__V1__AssetDay *day = arena_alloc(call_arena(call), sizeof(*day));
    sharing__v1__asset_day__init(day);
    day->day_time = timestamp_from_us(call_arena(call), day_us);
    day->committed_micros = hours * use->asset->hourly_micros;
    day->lost_micros = day->committed_micros;
    response->days[response->n_days++] = day;
}

static void answer_days(struct call *call, const struct asset_use *use,
                        const struct interval *within, Sharing__V1__GetAssetUseResponse *response)
{
    size_t at = 0;
    response->days =
        arena_alloc_array(call_arena(call), COVERAGE_DAYS_MAX + 2, sizeof(*response->days));
    for (int64_t day_us = within->start_us; day_us < within->end_us; day_us += COVERAGE_DAY_US) {
        size_t before = response->n_days;
        answer_day(call, use, day_us, response);
        if (at >= use->used.count || use->used.days[at].day_us != day_us)
            continue;
        if (response->n_days > before) {
            response->days[before]->used_micros = use->used.days[at].used_micros;
            response->days[before]->lost_micros -= use->used.days[at].used_micros;
        }
        at++;
    }
}

static int get_asset_use(struct call *call, const struct get_asset_use *request,
                         Sharing__V1__GetAssetUseResponse *response)
{
    const struct company_key key = {request->company_id, request->asset_id};
    const struct interval within = {request->start_us,
                                    amount_min(request->end_us, coverage_hour_us(clock_now_us()))};
    struct benefit_usage usage = {0};
    struct asset asset = {0};
    struct asset_use use = {.asset = &asset};
    bool found;
    int no = asset_store_read(sharing_reader(call), key, &found, &asset);
    if (no == 0)
        no = usage_store_read(sharing_reader(call), key, request->account_id, asset.owner_id,
                              &usage);
    if (no != 0)
        return no;
    bool is_given = found && usage.share_count > 0;
    const struct claim claim = {found, is_given ? request->account_id : asset.owner_id,
                                request->account_id};
    usage.by_owner = id_equal(asset.owner_id, request->account_id);
    no = refuse_unless(call, asset_claim_decide(&claim));
    if (no != 0)
        return no;
    hold(call, &usage, &within, &use);
    no = report_store_days(sharing_reader(call),
                           (struct company_key){asset.origin_company_id, key.id}, use.held,
                           use.held_count, &use.used);
    if (no == 0)
        answer_days(call, &use, &within, response);
    return no;
}

/* ---- what expires ---- */

static void list_expiring_assets_read(struct call *call,
                                      const Sharing__V1__ListExpiringAssetsRequest *message,
                                      struct list_expiring_assets *request)
{
    list_expiring_assets_fields(call, message, request);
    if (request->within_days == 0)
        request->within_days = 30;
    if (request->within_days < 0 || request->within_days > 366)
        call_add_field_violation(call, "within_days", FAULT_OUT_OF_RANGE, "Must be 1 to 366.");
}

static ProtobufCMessage *asset_message(struct call *call, const void *asset)
{
    return (ProtobufCMessage *)asset_to_message(call, asset);
}

static int list_expiring_assets(struct call *call, const struct list_expiring_assets *request,
                                Sharing__V1__ListExpiringAssetsResponse *response)
{
    struct asset_list list = {0};
    int64_t now_us = clock_now_us();
    const struct expiring_filter filter = {.account = {request->company_id, request->account_id},
                                           .now_us = now_us,
                                           .end_us =
                                               now_us + request->within_days * COVERAGE_DAY_US,
                                           .before_id = request->before_id,
                                           .limit = page_limit(request->page_size)};
    int no = report_store_expiring(sharing_reader(call), &filter, &list);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, list.assets, list.count, asset_id, asset_message),
                         &response->base);
}
