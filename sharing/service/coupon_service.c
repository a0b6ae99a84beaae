#include "sharing/domain/coupon.h"

#include <inttypes.h>

#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

#define grant_coupon_read grant_coupon_read
#define redeem_coupon_read redeem_coupon_read
#define request_coupon_pool_read request_coupon_pool_read
#include "sharing/service/coupon_rpc.h"

static Sharing__V1__CouponPool *pool_to_message(struct call *call, const struct asset_pool *pool)
{
    Sharing__V1__CouponPool *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__coupon_pool__init(message);
    message->pool_id = id_to_message(call, pool->pool_id);
    message->account_id = id_to_message(call, pool->account_id);
    message->currency = arena_strdup(call_arena(call), pool->currency);
    message->total_micros = pool->total_micros;
    message->remaining_micros = pool->remaining_micros;
    message->expire_time = timestamp_from_us(call_arena(call), pool->expire_us);
    message->products = names_to_message(call, &pool->products);
    message->n_products = pool->products.count;
    message->bill_types = names_to_message(call, &pool->bill_types);
    message->n_bill_types = pool->bill_types.count;
    return message;
}

/* ---- pools: an operator fixes them ---- */

static void request_coupon_pool_read(struct call *call,
                                     const Sharing__V1__RequestCouponPoolRequest *message,
                                     struct request_coupon_pool *request)
{
    request_coupon_pool_fields(call, message, request);
    request->expire_us = field_time(call, "expire_time", message->expire_time);
    field_names(call, "products", request->products, request->n_products, ASSET_PRODUCTS_MAX);
    field_names(call, "bill_types", request->bill_types, request->n_bill_types,
                ASSET_BILL_TYPES_MAX);
    if (request->target !=
            SHARING__V1__DISTRIBUTION_TARGET__DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT &&
        request->target != SHARING__V1__DISTRIBUTION_TARGET__DISTRIBUTION_TARGET_OTHER)
        call_add_field_violation(call, "target", FAULT_UNKNOWN_VALUE,
                                 "Must be a distribution target.");
    field_amount(call, "total_micros", request->total_micros, request->currency);
    if (request->expire_us <= clock_now_us())
        call_add_field_violation(call, "expire_time", FAULT_IN_THE_PAST, "Must be in the future.");
}

static int request_coupon_pool(struct mutation *mutation, const struct request_coupon_pool *request,
                               Sharing__V1__RequestCouponPoolResponse *response)
{
    const struct asset_pool pool = {.pool_id = id_new(mutation->now_us),
                                    .account_id = request->account_id,
                                    .target = (enum pool_target)request->target,
                                    .currency = request->currency->code,
                                    .total_micros = request->total_micros,
                                    .remaining_micros = request->total_micros,
                                    .products = {request->products, request->n_products},
                                    .bill_types = {request->bill_types, request->n_bill_types},
                                    .expire_us = request->expire_us};
    struct share_party *account = NULL;
    int no = account_store_read_parties(mutation->transaction,
                                        (struct company_key){request->company_id, nobody},
                                        &pool.account_id, 1, &account);
    if (no == 0)
        no = refuse_unless(mutation->call, accounts_in_company_decide(account, 1));
    if (no == 0)
        no = pool_store_insert(mutation->transaction, request->company_id, &pool, mutation->now_us);
    if (no == 0)
        response->pool = pool_to_message(mutation->call, &pool);
    return no;
}

static ProtobufCMessage *pool_message(struct call *call, const void *pool)
{
    return (ProtobufCMessage *)pool_to_message(call, pool);
}

static int list_coupon_pools(struct call *call, const struct list_coupon_pools *request,
                             Sharing__V1__ListCouponPoolsResponse *response)
{
    struct pool_list list = {0};
    int no = pool_store_list(sharing_reader(call),
                             (struct company_key){request->company_id, request->account_id},
                             request->before_id, page_limit(request->page_size), &list);
    return no != 0
               ? no
               : page_answer(
                     call, PAGE(request->page_size, list.pools, list.count, pool_id, pool_message),
                     &response->base);
}

/* ---- coupons: a customer issues them ---- */

static int check_recipients(struct mutation *mutation, const struct issue_coupons *request)
{
    struct share_party *parties = NULL;
    int no = account_store_read_parties(
        mutation->transaction, (struct company_key){request->company_id, nobody},
        request->recipient_account_ids, request->n_recipient_account_ids, &parties);
    return no == 0 ? refuse_parties(mutation->call, parties, request->recipient_account_ids,
                                    request->n_recipient_account_ids)
                   : no;
}

/* Names the remaining amount when that is the cause. */
static int refuse_issue(struct call *call, enum coupon_verdict verdict,
                        const struct asset_pool *pool)
{
    if (verdict != COUPON_POOL_INSUFFICIENT)
        return call_refuse(call, coupon_refusal(verdict), NO_TERMS);
    char text[AMOUNT_TEXT_SIZE];
    return call_refuse(
        call, coupon_refusal(COUPON_POOL_INSUFFICIENT),
        REFUSAL_TERMS({"pool_remaining",
                       amount_format(pool->remaining_micros, currency_find(pool->currency), text)},
                      {"pool_remaining_micros",
                       arena_printf(call_arena(call), "%" PRId64, pool->remaining_micros)},
                      {"currency", pool->currency}));
}

/* Locks the pool and lets the rules decide; *pool and *value_micros are set when accepted. */
static int check_issue(struct mutation *mutation, const struct issue_coupons *request,
                       struct asset_pool *pool, int64_t *value_micros)
{
    bool found;
    int no =
        pool_store_lock(mutation->transaction,
                        (struct company_key){request->company_id, request->pool_id}, &found, pool);
    if (no != 0)
        return no;
    const struct coupon_pool facts = {.known = found,
                                      .of_actor =
                                          found && id_equal(pool->account_id, request->account_id),
                                      .target = pool->target,
                                      .remaining_micros = pool->remaining_micros,
                                      .expire_us = pool->expire_us};
    const struct coupon_issue issue = {
        .scope_set =
            request->n_products > 0 || request->n_bill_types > 0 || request->has_expire_time,
        .count = request->coupon_count,
        .face_micros = request->face_micros,
        .face_is_whole =
            found && amount_is_whole(request->face_micros, currency_find(pool->currency))};
    enum coupon_verdict verdict =
        coupon_issue_decide(&facts, &issue, mutation->now_us, value_micros);
    return verdict == COUPON_ACCEPTED ? check_recipients(mutation, request)
                                      : refuse_issue(mutation->call, verdict, pool);
}

static enum failure insert_coupons(struct mutation *mutation, const struct issue_coupons *request,
                                   const struct asset_pool *pool, struct id *asset_ids)
{
    const struct asset coupon = {.owner_id = request->account_id,
                                 .kind = ASSET_COUPON,
                                 .name = "coupon",
                                 .products = pool->products,
                                 .bill_types = pool->bill_types,
                                 .has_pool = true,
                                 .pool_id = pool->pool_id,
                                 .currency = pool->currency,
                                 .face_micros = request->face_micros,
                                 .remaining_micros = request->face_micros,
                                 .provisioned_us = mutation->now_us,
                                 .expire_us = pool->expire_us};
    struct share_set shares = {.asset.company_id = request->company_id,
                               .account_ids = request->recipient_account_ids,
                               .active_from_us =
                                   repeat_time(mutation->call, mutation->now_us,
                                               request->n_recipient_account_ids), /* SHR-04 */
                               .count = request->n_recipient_account_ids};
    const struct id_array ids = id_array(asset_ids, (size_t)request->coupon_count);
    size_t inserted;
    enum failure failure =
        asset_store_insert(mutation->transaction, request->company_id, &coupon, &ids, &inserted);
    for (int64_t i = 0; failure == FAILURE_NONE && i < request->coupon_count; i++) {
        shares.asset.id = asset_ids[i];
        failure = share_store_insert(mutation->transaction, &shares, mutation->now_us);
    }
    return failure;
}

static int issue_coupons(struct mutation *mutation, const struct issue_coupons *request,
                         Sharing__V1__IssueCouponsResponse *response)
{
    struct call *call = mutation->call;
    struct asset_pool pool = {0};
    int64_t value_micros = 0;
    int no = check_issue(mutation, request, &pool, &value_micros);
    if (no != 0)
        return no;
    size_t count = (size_t)request->coupon_count;
    struct id *asset_ids = arena_alloc_array(call_arena(call), count, sizeof(*asset_ids));
    response->asset_ids = arena_alloc_array(call_arena(call), count, sizeof(*response->asset_ids));
    for (size_t i = 0; i < count; i++) {
        asset_ids[i] = id_new(mutation->now_us);
        response->asset_ids[i] = id_to_message(call, asset_ids[i]);
    }
    response->n_asset_ids = count;
    response->pool_remaining_micros = pool.remaining_micros - value_micros;
    no = pool_store_set_remaining(mutation->transaction,
                                  (struct company_key){request->company_id, request->pool_id},
                                  response->pool_remaining_micros);
    return no == 0 ? insert_coupons(mutation, request, &pool, asset_ids) : no;
}

/* ---- granting: what a promotion gave (ID-29) ---- */

static void grant_coupon_read(struct call *call, const Sharing__V1__GrantCouponRequest *message,
                              struct grant_coupon *request)
{
    grant_coupon_fields(call, message, request);
    request->provisioned_us = field_time(call, "provisioned_time", message->provisioned_time);
    request->expire_us = field_time(call, "expire_time", message->expire_time);
    field_text(call, "name", request->name, 1, ASSET_NAME_BYTES_MAX);
    field_amount(call, "face_micros", request->face_micros, request->currency);
    field_names(call, "products", request->products, request->n_products, ASSET_PRODUCTS_MAX);
    field_names(call, "bill_types", request->bill_types, request->n_bill_types,
                ASSET_BILL_TYPES_MAX);
    field_names(call, "regions", request->regions, request->n_regions, ASSET_REGIONS_MAX);
}

static int grant_coupon(struct mutation *mutation, const struct grant_coupon *request,
                        Sharing__V1__GrantCouponResponse *response)
{
    const struct asset coupon = {.asset_id = request->asset_id,
                                 .owner_id = request->account_id,
                                 .kind = ASSET_COUPON,
                                 .name = request->name,
                                 .products = {request->products, request->n_products},
                                 .bill_types = {request->bill_types, request->n_bill_types},
                                 .regions = {request->regions, request->n_regions},
                                 .currency = request->currency->code,
                                 .face_micros = request->face_micros,
                                 .remaining_micros = request->face_micros,
                                 .provisioned_us = request->provisioned_us,
                                 .expire_us = request->expire_us};
    const struct id_array ids = id_array(&coupon.asset_id, 1);
    struct share_party *owner;
    size_t inserted = 0;
    (void)response;
    int no = account_store_read_parties(mutation->transaction,
                                        (struct company_key){request->company_id, coupon.asset_id},
                                        &coupon.owner_id, 1, &owner);
    if (no == 0)
        no = refuse_unless(mutation->call, accounts_in_company_decide(owner, 1));
    if (no == 0)
        no = asset_store_insert(mutation->transaction, request->company_id, &coupon, &ids,
                                &inserted);
    if (no == 0 && inserted > 0) /* SHR-07: once */
        no = share_by_rule(mutation->transaction, request->company_id, &coupon, mutation->now_us);
    return no;
}

/* ---- revoking and redeeming ---- */

/* The rest of a revoked coupon goes to its pool; one of a promotion has none (SHR-17). */
static int return_to_pool(struct mutation *mutation, struct id company_id,
                          const struct asset *coupon, int64_t *pool_remaining_micros)
{
    const struct company_key key = {company_id, coupon->pool_id};
    struct asset_pool pool = {0};
    bool found;
    if (!coupon->has_pool)
        return 0;
    int no = pool_store_lock(mutation->transaction, key, &found, &pool);
    if (no != 0)
        return no;
    *pool_remaining_micros =
        pool.remaining_micros +
        coupon_returned_micros(coupon->remaining_micros, pool.expire_us, mutation->now_us);
    return pool_store_set_remaining(mutation->transaction, key, *pool_remaining_micros);
}

static int revoke_coupon(struct mutation *mutation, const struct revoke_coupon *request,
                         Sharing__V1__RevokeCouponResponse *response)
{
    const struct company_key key = {request->company_id, request->asset_id};
    struct asset coupon = {0};
    bool found;
    int no = asset_store_lock(mutation->transaction, key, &found, &coupon);
    if (no != 0)
        return no;
    const struct coupon_asset facts = {.known = found,
                                       .is_coupon = found && coupon.kind == ASSET_COUPON,
                                       .issued_by_actor =
                                           found && id_equal(coupon.owner_id, request->account_id),
                                       .revoked = coupon.revoked};
    enum coupon_revoke_verdict verdict = coupon_revoke_decide(&facts);
    if (verdict != COUPON_REVOKE_ACCEPTED)
        return call_refuse(mutation->call, coupon_revoke_refusal(verdict), NO_TERMS);
    response->revoked_micros = coupon.remaining_micros;
    no = return_to_pool(mutation, request->company_id, &coupon, &response->pool_remaining_micros);
    return no == 0 ? asset_store_set_remaining(mutation->transaction, key, 0, mutation->now_us)
                   : no;
}

static void redeem_coupon_read(struct call *call, const Sharing__V1__RedeemCouponRequest *message,
                               struct redeem_coupon *request)
{
    redeem_coupon_fields(call, message, request);
    request->usage_us = field_time(call, "usage_time", message->usage_time);
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
    field_text(call, "region", request->region, 0, 32);
    if (request->amount_micros <= 0)
        call_add_field_violation(call, "amount_micros", FAULT_NOT_POSITIVE, "Must be positive.");
}

static int redeem_coupon(struct mutation *mutation, const struct redeem_coupon *request,
                         Sharing__V1__RedeemCouponResponse *response)
{
    struct benefit_usage usage = {.started_us = request->usage_us,
                                  .product = request->product,
                                  .bill_type = request->bill_type,
                                  .region = request->region};
    const struct company_key key = {request->company_id, request->asset_id};
    struct asset coupon = {0};
    bool found;
    int no = asset_store_lock(mutation->transaction, key, &found, &coupon);
    if (no == 0)
        no = refuse_unless(mutation->call,
                           coupon_in_company_decide(found, found && coupon.kind == ASSET_COUPON));
    if (no == 0)
        no = usage_store_read_in(mutation->transaction, key, request->account_id, coupon.owner_id,
                                 &usage);
    if (no != 0)
        return no;
    usage.by_owner = id_equal(coupon.owner_id, request->account_id);
    struct benefit_asset benefit = asset_to_benefit(&coupon);
    enum benefit_verdict verdict = benefit_decide(&benefit, &usage);
    if (verdict != BENEFIT_APPLIES)
        return call_refuse(mutation->call, benefit_refusal(verdict), NO_TERMS);
    response->redeemed_micros =
        coupon_redeemed_micros(request->amount_micros, coupon.remaining_micros);
    response->remaining_micros = coupon.remaining_micros - response->redeemed_micros;
    return asset_store_set_remaining(mutation->transaction, key, response->remaining_micros, 0);
}
