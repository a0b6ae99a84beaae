#include "runtime/rpc/timestamp.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/sharing_service.h"

#define check_benefit_read check_benefit_read
#include "sharing/service/benefit_rpc.h"

struct benefit_asset asset_to_benefit(const struct asset *asset)
{
    return (struct benefit_asset){.is_coupon = asset->kind == ASSET_COUPON,
                                  .remaining_micros = asset->remaining_micros,
                                  .revoked = asset->revoked,
                                  .provisioned_us = asset->provisioned_us,
                                  .expire_us = asset->expire_us,
                                  .products = asset->products.names,
                                  .product_count = asset->products.count,
                                  .bill_types = asset->bill_types.names,
                                  .bill_type_count = asset->bill_types.count,
                                  .regions = asset->regions.names,
                                  .region_count = asset->regions.count};
}

static void answer(struct call *call, enum benefit_verdict verdict,
                   const struct benefit_usage *usage, Sharing__V1__CheckBenefitResponse *response)
{
    struct arena *arena = call_arena(call);
    bool applies = verdict == BENEFIT_APPLIES;
    const struct refusal *refusal = applies ? NULL : benefit_refusal(verdict);
    const struct interval *share = usage->by_owner ? NULL : benefit_share(usage);
    response->applies = applies;
    response->reason = arena_strdup(arena, applies ? "APPLIES" : refusal->reason);
    response->explanation =
        arena_strdup(arena, applies ? "The asset covers this usage." : refusal->sentence);
    if (share != NULL)
        response->active_from_time = timestamp_from_us(arena, share->start_us);
    if (share != NULL && share->end_us != INTERVAL_OPEN)
        response->ended_time = timestamp_from_us(arena, share->end_us);
}

static void check_benefit_read(struct call *call, const Sharing__V1__CheckBenefitRequest *message,
                               struct check_benefit *request)
{
    check_benefit_fields(call, message, request);
    request->usage_us = field_time(call, "usage_time", message->usage_time);
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
    field_text(call, "region", request->region, 0, 32);
}

static int check_benefit(struct call *call, const struct check_benefit *request,
                         Sharing__V1__CheckBenefitResponse *response)
{
    struct benefit_usage usage = {.started_us = request->usage_us,
                                  .product = request->product,
                                  .bill_type = request->bill_type,
                                  .region = request->region};
    const struct company_key key = {request->company_id, request->asset_id};
    struct asset asset = {0};
    bool found;
    int no = asset_store_read(sharing_reader(call), key, &found, &asset);
    if (no == 0)
        no = refuse_unless(call, asset_in_company_decide(found));
    if (no == 0)
        no = usage_store_read(sharing_reader(call), key, request->account_id, asset.owner_id,
                              &usage);
    if (no != 0)
        return no;
    usage.by_owner = id_equal(asset.owner_id, request->account_id);
    struct benefit_asset benefit = asset_to_benefit(&asset);
    answer(call, benefit_decide(&benefit, &usage), &usage, response);
    return 0;
}
