#include "sharing/v1/benefit.pb-c.h"

#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/sharing_service.h"

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

static int benefit_service_check_benefit_call(struct call *call,
                                              const Sharing__V1__CheckBenefitRequest *request,
                                              Sharing__V1__CheckBenefitResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id asset_id = field_id(call, "asset_id", request->asset_id);
    struct benefit_usage usage = {.started_us = field_time(call, "usage_time", request->usage_time),
                                  .product = request->product,
                                  .bill_type = request->bill_type};
    field_text(call, "product", request->product, 1, 32);
    field_text(call, "bill_type", request->bill_type, 1, 32);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct asset asset;
    bool found;
    int no = asset_store_read(reader_of(call_task(call), sharing->database), company_id, asset_id,
                              &found, &asset);
    if (no == 0 && !found)
        return call_refuse(call, &no_such_asset_in_company, NO_TERMS);
    if (no == 0)
        no = share_store_read_intervals(reader_of(call_task(call), sharing->database), company_id,
                                        asset_id, account_id, asset.owner_id, &usage);
    if (no != 0)
        return no;
    usage.by_owner = id_equal(asset.owner_id, account_id);
    struct benefit_asset benefit = asset_to_benefit(&asset);
    return answer(call, benefit_decide(&benefit, &usage), &usage, response);
}
RPC_UNARY(benefit_service_check_benefit, Sharing__V1__BenefitService,
          Sharing__V1__CheckBenefitRequest, Sharing__V1__CheckBenefitResponse)

void benefit_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__BenefitService_Service service =
        SHARING__V1__BENEFIT_SERVICE__INIT(benefit_service_);
    rpc_server_mount(server, &service.base, sharing);
}
