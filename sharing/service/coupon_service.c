#include "sharing/domain/coupon.h"

#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"
#include "sharing/v1/coupon.pb-c.h"

#define PRODUCTS_MAX 50
#define BILL_TYPES_MAX 10

static Sharing__V1__CouponPool *pool_to_message(struct call *call, const struct pool *pool)
{
    Sharing__V1__CouponPool *message = arena_alloc(call_arena(call), sizeof(*message));
    if (message == NULL)
        return NULL;
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
    bool complete = message->pool_id != NULL && message->account_id != NULL &&
                    message->currency != NULL && message->expire_time != NULL &&
                    message->products != NULL && message->bill_types != NULL;
    return complete ? message : NULL;
}

/* ---- pools: an operator fixes them ---- */

struct pool_call {
    struct id company_id;
    struct pool pool;
};

static int request_pool(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct pool_call *requested = argument;
    struct share_party *account = NULL;
    int no = account_store_read_parties(mutation->transaction, requested->company_id,
                                        requested->pool.pool_id, &requested->pool.account_id, 1,
                                        &account);
    if (no != 0)
        return no;
    if (!account->same_company)
        return call_refuse(mutation->call, &no_such_account, NO_TERMS);
    no = pool_store_insert(mutation->transaction, requested->company_id, &requested->pool,
                           clock_now_us());
    if (no != 0)
        return no;
    Sharing__V1__RequestCouponPoolResponse *answer =
        (Sharing__V1__RequestCouponPoolResponse *)response;
    answer->pool = pool_to_message(mutation->call, &requested->pool);
    return answer->pool != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int
coupon_service_request_coupon_pool_call(struct call *call,
                                        const Sharing__V1__RequestCouponPoolRequest *request,
                                        Sharing__V1__RequestCouponPoolResponse *response)
{
    struct sharing *sharing = call_context(call);
    int64_t now_us = clock_now_us();
    const struct currency *currency = field_currency(call, "currency", request->currency);
    struct pool_call requested = {.company_id = field_id(call, "company_id", request->company_id)};
    requested.pool =
        (struct pool){.pool_id = id_new(now_us),
                      .account_id = field_id(call, "account_id", request->account_id),
                      .target = (enum pool_target)request->target,
                      .currency = request->currency,
                      .total_micros = request->total_micros,
                      .remaining_micros = request->total_micros,
                      .products = field_names(call, "products", request->products,
                                              request->n_products, PRODUCTS_MAX),
                      .bill_types = field_names(call, "bill_types", request->bill_types,
                                                request->n_bill_types, BILL_TYPES_MAX),
                      .expire_us = field_time(call, "expire_time", request->expire_time)};
    if (request->target !=
            SHARING__V1__DISTRIBUTION_TARGET__DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT &&
        request->target != SHARING__V1__DISTRIBUTION_TARGET__DISTRIBUTION_TARGET_OTHER)
        call_add_field_violation(call, "target", "Must be a distribution target.");
    if (request->total_micros <= 0 ||
        (currency != NULL && !amount_is_whole(request->total_micros, currency)))
        call_add_field_violation(call, "total_micros",
                                 "Must be positive and whole in the currency's minor unit.");
    if (requested.pool.expire_us <= now_us)
        call_add_field_violation(call, "expire_time", "Must be in the future.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, sharing->database, requested.company_id, request, response, request_pool,
                     &requested);
}
RPC_UNARY(coupon_service_request_coupon_pool, Sharing__V1__CouponService,
          Sharing__V1__RequestCouponPoolRequest, Sharing__V1__RequestCouponPoolResponse)

static int coupon_service_list_coupon_pools_call(struct call *call,
                                                 const Sharing__V1__ListCouponPoolsRequest *request,
                                                 Sharing__V1__ListCouponPoolsResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id before_id = field_page_token(call, request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct pool *pools = NULL;
    int no = pool_store_list(reader_of(call_task(call), sharing->database), company_id, account_id,
                             before_id, page_size, &pools, &response->n_pools);
    if (no != 0)
        return no;
    response->pools =
        arena_alloc_array(call_arena(call), response->n_pools + 1, sizeof(*response->pools));
    for (size_t i = 0; response->pools != NULL && i < response->n_pools; i++) {
        response->pools[i] = pool_to_message(call, &pools[i]);
        if (response->pools[i] == NULL)
            return FAILURE_EXHAUSTED;
    }
    if (response->n_pools == page_size)
        response->next_page_token = id_to_message(call, pools[page_size - 1].pool_id);
    return response->pools != NULL && response->next_page_token != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(coupon_service_list_coupon_pools, Sharing__V1__CouponService,
          Sharing__V1__ListCouponPoolsRequest, Sharing__V1__ListCouponPoolsResponse)

/* ---- coupons: a customer issues them ---- */

struct issue_call {
    struct id company_id;
    struct id account_id;
    struct id pool_id;
    const struct id *recipients;
    size_t recipient_count;
    struct coupon_issue issue;
};

static int judge_recipients(struct mutation *mutation, const struct issue_call *issuing)
{
    struct share_party *parties = NULL;
    int no =
        account_store_read_parties(mutation->transaction, issuing->company_id, issuing->pool_id,
                                   issuing->recipients, issuing->recipient_count, &parties);
    if (no != 0)
        return no;
    for (size_t i = 0; i < issuing->recipient_count; i++) {
        enum share_verdict verdict = share_party_judge(&parties[i]);
        char text[ID_TEXT_SIZE];
        if (verdict != SHARE_ACCEPTED)
            return call_refuse(
                mutation->call, share_refusal(verdict),
                REFUSAL_TERMS({"account_id", id_format(issuing->recipients[i], text)}));
    }
    return 0;
}

/* Locks the pool and lets the rules decide; *pool and *value_micros are set when accepted. */
static int judge_issue(struct mutation *mutation, const struct issue_call *issuing,
                       struct pool *pool, int64_t *value_micros)
{
    bool found;
    int no =
        pool_store_lock(mutation->transaction, issuing->company_id, issuing->pool_id, &found, pool);
    if (no != 0)
        return no;
    bool ours = found && id_equal(pool->account_id, issuing->account_id) &&
                pool->target == POOL_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT;
    const struct coupon_pool facts = {
        .known = ours, .remaining_micros = pool->remaining_micros, .expire_us = pool->expire_us};
    struct coupon_issue issue = issuing->issue;
    issue.face_is_whole = ours && amount_is_whole(issue.face_micros, currency_find(pool->currency));
    enum coupon_verdict verdict =
        coupon_issue_decide(&facts, &issue, mutation->now_us, value_micros);
    if (verdict == COUPON_ACCEPTED)
        return judge_recipients(mutation, issuing);
    char remaining[AMOUNT_TEXT_SIZE];
    return ours ? call_refuse(
                      mutation->call, coupon_refusal(verdict),
                      REFUSAL_TERMS({"pool_remaining",
                                     amount_format(pool->remaining_micros,
                                                   currency_find(pool->currency), remaining)}))
                : call_refuse(mutation->call, coupon_refusal(verdict), NO_TERMS);
}

static enum failure insert_coupons(struct mutation *mutation, const struct issue_call *issuing,
                                   const struct pool *pool, struct id *asset_ids)
{
    const struct asset coupon = {.owner_id = issuing->account_id,
                                 .kind = ASSET_COUPON,
                                 .name = "coupon",
                                 .products = pool->products,
                                 .bill_types = pool->bill_types,
                                 .has_pool = true,
                                 .pool_id = pool->pool_id,
                                 .currency = pool->currency,
                                 .face_micros = issuing->issue.face_micros,
                                 .remaining_micros = issuing->issue.face_micros,
                                 .provisioned_us = mutation->now_us,
                                 .expire_us = pool->expire_us};
    int64_t *active_from_us = arena_alloc_array(
        call_arena(mutation->call), issuing->recipient_count + 1, sizeof(*active_from_us));
    if (active_from_us == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < issuing->recipient_count; i++)
        active_from_us[i] = mutation->now_us; /* SHR-04 */
    enum failure failure = asset_store_insert(mutation->transaction, issuing->company_id, &coupon,
                                              asset_ids, (size_t)issuing->issue.count);
    for (int64_t i = 0; failure == FAILURE_NONE && i < issuing->issue.count; i++) {
        failure = share_store_insert(mutation->transaction, issuing->company_id, asset_ids[i],
                                     (struct id){{0}}, issuing->recipients, active_from_us,
                                     issuing->recipient_count, mutation->now_us);
    }
    return failure;
}

static int issue_coupons(struct mutation *mutation, const void *argument,
                         ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    const struct issue_call *issuing = argument;
    Sharing__V1__IssueCouponsResponse *answer = (Sharing__V1__IssueCouponsResponse *)response;
    struct pool pool = {0};
    int64_t value_micros = 0;
    int no = judge_issue(mutation, issuing, &pool, &value_micros);
    if (no != 0)
        return no;
    size_t count = (size_t)issuing->issue.count;
    struct id *asset_ids = arena_alloc_array(call_arena(call), count, sizeof(*asset_ids));
    answer->asset_ids = arena_alloc_array(call_arena(call), count, sizeof(*answer->asset_ids));
    if (asset_ids == NULL || answer->asset_ids == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        asset_ids[i] = id_new(mutation->now_us);
        answer->asset_ids[i] = id_to_message(call, asset_ids[i]);
        if (answer->asset_ids[i] == NULL)
            return FAILURE_EXHAUSTED;
    }
    answer->n_asset_ids = count;
    answer->pool_remaining_micros = pool.remaining_micros - value_micros;
    no = pool_store_set_remaining(mutation->transaction, issuing->company_id, issuing->pool_id,
                                  answer->pool_remaining_micros);
    return no == 0 ? insert_coupons(mutation, issuing, &pool, asset_ids) : no;
}

static int coupon_service_issue_coupons_call(struct call *call,
                                             const Sharing__V1__IssueCouponsRequest *request,
                                             Sharing__V1__IssueCouponsResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct issue_call issuing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .pool_id = field_id(call, "pool_id", request->pool_id),
                                 .recipient_count = request->n_recipient_account_ids};
    issuing.recipients = field_ids(call, "recipient_account_ids", request->recipient_account_ids,
                                   issuing.recipient_count, COUPON_RECIPIENTS_MAX, false);
    issuing.issue =
        (struct coupon_issue){.scope_set = request->n_products > 0 || request->n_bill_types > 0 ||
                                           request->expire_time != NULL,
                              .count = request->coupon_count,
                              .face_micros = request->face_micros};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, sharing->database, issuing.company_id, request, response, issue_coupons,
                     &issuing);
}
RPC_UNARY(coupon_service_issue_coupons, Sharing__V1__CouponService,
          Sharing__V1__IssueCouponsRequest, Sharing__V1__IssueCouponsResponse)

/* ---- what comes back, and what is used ---- */

struct coupon_call {
    struct id company_id;
    struct id account_id;
    struct id asset_id;
    int64_t amount_micros;
    struct benefit_usage usage;
};

static int revoke_coupon(struct mutation *mutation, const void *argument,
                         ProtobufCMessage *response)
{
    const struct coupon_call *revoking = argument;
    Sharing__V1__RevokeCouponResponse *answer = (Sharing__V1__RevokeCouponResponse *)response;
    struct asset coupon = {0};
    struct pool pool = {0};
    bool found;
    int no = asset_store_lock(mutation->transaction, revoking->company_id, revoking->asset_id,
                              &found, &coupon);
    if (no != 0)
        return no;
    /* SHR-12: the right is the issuer's, whatever its relation to the recipients is now. */
    if (!found || coupon.kind != ASSET_COUPON || !id_equal(coupon.owner_id, revoking->account_id))
        return call_refuse(mutation->call, &no_such_coupon, NO_TERMS);
    if (coupon.revoked)
        return call_refuse(mutation->call, share_refusal(SHARE_ASSET_REVOKED), NO_TERMS);
    no =
        pool_store_lock(mutation->transaction, revoking->company_id, coupon.pool_id, &found, &pool);
    if (no == 0)
        no = asset_store_set_remaining(mutation->transaction, revoking->company_id,
                                       revoking->asset_id, 0, true, mutation->now_us);
    answer->revoked_micros = coupon.remaining_micros;
    answer->pool_remaining_micros =
        pool.remaining_micros +
        coupon_returned_micros(coupon.remaining_micros, pool.expire_us, mutation->now_us);
    if (no == 0)
        no = pool_store_set_remaining(mutation->transaction, revoking->company_id, coupon.pool_id,
                                      answer->pool_remaining_micros);
    return no;
}

static int coupon_service_revoke_coupon_call(struct call *call,
                                             const Sharing__V1__RevokeCouponRequest *request,
                                             Sharing__V1__RevokeCouponResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct coupon_call revoking = {.company_id = field_id(call, "company_id", request->company_id),
                                   .account_id = field_id(call, "account_id", request->account_id),
                                   .asset_id = field_id(call, "asset_id", request->asset_id)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, sharing->database, revoking.company_id, request, response, revoke_coupon,
                     &revoking);
}
RPC_UNARY(coupon_service_revoke_coupon, Sharing__V1__CouponService,
          Sharing__V1__RevokeCouponRequest, Sharing__V1__RevokeCouponResponse)

static int redeem_coupon(struct mutation *mutation, const void *argument,
                         ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    const struct coupon_call *redeeming = argument;
    struct benefit_usage usage = redeeming->usage;
    struct task *task = call_task(call);
    struct sharing *sharing = call_context(call);
    Sharing__V1__RedeemCouponResponse *answer = (Sharing__V1__RedeemCouponResponse *)response;
    struct asset coupon = {0};
    bool found;
    int no = asset_store_lock(mutation->transaction, redeeming->company_id, redeeming->asset_id,
                              &found, &coupon);
    if (no == 0 && found)
        no = share_store_read_intervals(reader_of(task, sharing->database), redeeming->company_id,
                                        redeeming->asset_id, redeeming->account_id, coupon.owner_id,
                                        &usage);
    if (no != 0)
        return no;
    if (!found || coupon.kind != ASSET_COUPON)
        return call_refuse(call, &no_such_coupon, NO_TERMS);
    usage.by_owner = id_equal(coupon.owner_id, redeeming->account_id);
    struct benefit_asset benefit = asset_to_benefit(&coupon);
    enum benefit_verdict verdict = benefit_decide(&benefit, &usage);
    if (verdict != BENEFIT_APPLIES)
        return call_refuse(call, benefit_refusal(verdict), NO_TERMS);
    answer->redeemed_micros = amount_min(redeeming->amount_micros, coupon.remaining_micros);
    answer->remaining_micros = coupon.remaining_micros - answer->redeemed_micros;
    return asset_store_set_remaining(mutation->transaction, redeeming->company_id,
                                     redeeming->asset_id, answer->remaining_micros, false, 0);
}

static int coupon_service_redeem_coupon_call(struct call *call,
                                             const Sharing__V1__RedeemCouponRequest *request,
                                             Sharing__V1__RedeemCouponResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct coupon_call redeeming = {.company_id = field_id(call, "company_id", request->company_id),
                                    .account_id = field_id(call, "account_id", request->account_id),
                                    .asset_id = field_id(call, "asset_id", request->asset_id),
                                    .amount_micros = request->amount_micros};
    redeeming.usage =
        (struct benefit_usage){.started_us = field_time(call, "usage_time", request->usage_time),
                               .product = request->product,
                               .bill_type = request->bill_type};
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
    if (request->amount_micros <= 0)
        call_add_field_violation(call, "amount_micros", "Must be positive.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, sharing->database, redeeming.company_id, request, response,
                     redeem_coupon, &redeeming);
}
RPC_UNARY(coupon_service_redeem_coupon, Sharing__V1__CouponService,
          Sharing__V1__RedeemCouponRequest, Sharing__V1__RedeemCouponResponse)

void coupon_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__CouponService_Service service =
        SHARING__V1__COUPON_SERVICE__INIT(coupon_service_);
    rpc_server_mount(server, &service.base, sharing);
}
