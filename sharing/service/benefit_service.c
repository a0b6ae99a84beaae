#include "runtime/rpc/timestamp.h"
#include "sharing/domain/refusals.h"
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
                                  .bill_type_count = asset->bill_types.count};
}

static int answer(struct call *call, enum benefit_verdict verdict,
                  const struct benefit_usage *usage, Sharing__V1__CheckBenefitResponse *response)
{
    const char *reason = verdict == BENEFIT_APPLIES ? "APPLIES" : benefit_refusal(verdict)->reason;
    const char *explanation = verdict == BENEFIT_APPLIES ? "The asset covers this usage."
                                                         : benefit_refusal(verdict)->sentence;
    const struct interval *share = usage->by_owner ? NULL : benefit_share(usage);
    response->applies = verdict == BENEFIT_APPLIES;
    response->reason = arena_strdup(call_arena(call), reason);
    response->explanation = arena_strdup(call_arena(call), explanation);
    bool complete = response->reason != NULL && response->explanation != NULL;
    if (share != NULL) {
        response->active_from_time = timestamp_from_us(call_arena(call), share->start_us);
        complete = complete && response->active_from_time != NULL;
    }
    if (share != NULL && share->end_us != INTERVAL_OPEN) {
        response->ended_time = timestamp_from_us(call_arena(call), share->end_us);
        complete = complete && response->ended_time != NULL;
    }
    return complete ? 0 : FAILURE_EXHAUSTED;
}

static void check_benefit_read(struct call *call, const Sharing__V1__CheckBenefitRequest *message,
                               struct check_benefit *request)
{
    check_benefit_fields(call, message, request);
    request->usage_us = field_time(call, "usage_time", message->usage_time);
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
}

static int check_benefit(struct call *call, const struct check_benefit *request,
                         Sharing__V1__CheckBenefitResponse *response)
{
    struct benefit_usage usage = {.started_us = request->usage_us,
                                  .product = request->product,
                                  .bill_type = request->bill_type};
    struct asset asset;
    bool found;
    int no = asset_store_read(sharing_reader(call), request->company_id, request->asset_id, &found,
                              &asset);
    if (no == 0 && !found)
        return call_refuse(call, &no_such_asset_in_company, NO_TERMS);
    if (no == 0)
        no =
            share_store_read_intervals(sharing_reader(call), request->company_id, request->asset_id,
                                       request->account_id, asset.owner_id, &usage);
    if (no != 0)
        return no;
    usage.by_owner = id_equal(asset.owner_id, request->account_id);
    struct benefit_asset benefit = asset_to_benefit(&asset);
    return answer(call, benefit_decide(&benefit, &usage), &usage, response);
}
