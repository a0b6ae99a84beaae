#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

#define PRODUCTS_MAX 50
#define BILL_TYPES_MAX 10
#define NAME_BYTES_MAX 128

struct register_call {
    struct id company_id;
    struct asset asset;
};

static int register_asset(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    const struct register_call *registering = argument;
    const struct asset *asset = &registering->asset;
    struct share_party *owner;
    int no = account_store_read_parties(mutation->transaction, registering->company_id,
                                        asset->asset_id, &asset->owner_id, 1, &owner);
    if (no != 0)
        return no;
    if (!owner->same_company)
        return call_refuse(mutation->call, share_refusal(SHARE_RECIPIENT_UNKNOWN), NO_TERMS);
    no = asset_store_insert(mutation->transaction, registering->company_id, asset, &asset->asset_id,
                            1);
    if (no == 0)
        no = share_by_rule(mutation->transaction, registering->company_id, asset,
                           asset->provisioned_us);
    if (no != 0)
        return no;
    Sharing__V1__RegisterAssetResponse *answer = (Sharing__V1__RegisterAssetResponse *)response;
    answer->asset = asset_to_message(mutation->call, asset);
    return answer->asset != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int asset_service_register_asset_call(struct call *call,
                                             const Sharing__V1__RegisterAssetRequest *request,
                                             Sharing__V1__RegisterAssetResponse *response)
{
    struct sharing *sharing = call_context(call);
    int64_t now_us = clock_now_us();
    struct register_call registering = {.company_id =
                                            field_id(call, "company_id", request->company_id)};
    registering.asset =
        (struct asset){.asset_id = id_new(now_us),
                       .owner_id = field_id(call, "account_id", request->account_id),
                       .kind = (enum asset_kind)request->kind,
                       .name = request->name,
                       .products = field_names(call, "products", request->products,
                                               request->n_products, PRODUCTS_MAX),
                       .bill_types = field_names(call, "bill_types", request->bill_types,
                                                 request->n_bill_types, BILL_TYPES_MAX),
                       .currency = "",
                       .provisioned_us = now_us,
                       .expire_us = field_time(call, "expire_time", request->expire_time)};
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
    if (request->kind < SHARING__V1__ASSET_KIND__ASSET_KIND_SAVINGS_PLAN ||
        request->kind > SHARING__V1__ASSET_KIND__ASSET_KIND_STORAGE_PACKAGE)
        call_add_field_violation(call, "kind",
                                 "Must be SAVINGS_PLAN, RESERVED_INSTANCE or STORAGE_PACKAGE.");
    if (registering.asset.expire_us <= now_us)
        call_add_field_violation(call, "expire_time", "Must be in the future.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, sharing->database, registering.company_id, request, response,
                     register_asset, &registering);
}
RPC_UNARY(asset_service_register_asset, Sharing__V1__AssetService,
          Sharing__V1__RegisterAssetRequest, Sharing__V1__RegisterAssetResponse)

static int asset_service_get_asset_call(struct call *call,
                                        const Sharing__V1__GetAssetRequest *request,
                                        Sharing__V1__GetAssetResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id asset_id = field_id(call, "asset_id", request->asset_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct asset asset;
    bool found;
    int no = asset_store_read(reader_of(call_task(call), sharing->database), company_id, asset_id,
                              &found, &asset);
    if (no != 0)
        return no;
    if (!found || !id_equal(asset.owner_id, account_id))
        return call_refuse(call, &no_such_asset, NO_TERMS);
    response->asset = asset_to_message(call, &asset);
    return response->asset != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(asset_service_get_asset, Sharing__V1__AssetService, Sharing__V1__GetAssetRequest,
          Sharing__V1__GetAssetResponse)

static int asset_service_list_assets_call(struct call *call,
                                          const Sharing__V1__ListAssetsRequest *request,
                                          Sharing__V1__ListAssetsResponse *response)
{
    struct sharing *sharing = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id before_id = field_page_token(call, request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct asset *assets = NULL;
    int no = asset_store_list(reader_of(call_task(call), sharing->database), company_id, account_id,
                              before_id, page_size, &assets, &response->n_assets);
    if (no != 0)
        return no;
    response->assets =
        arena_alloc_array(call_arena(call), response->n_assets + 1, sizeof(*response->assets));
    for (size_t i = 0; response->assets != NULL && i < response->n_assets; i++) {
        response->assets[i] = asset_to_message(call, &assets[i]);
        if (response->assets[i] == NULL)
            return FAILURE_EXHAUSTED;
    }
    if (response->n_assets == page_size)
        response->next_page_token = id_to_message(call, assets[page_size - 1].asset_id);
    return response->assets != NULL && response->next_page_token != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(asset_service_list_assets, Sharing__V1__AssetService, Sharing__V1__ListAssetsRequest,
          Sharing__V1__ListAssetsResponse)

void asset_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__AssetService_Service service =
        SHARING__V1__ASSET_SERVICE__INIT(asset_service_);
    rpc_server_mount(server, &service.base, sharing);
}
