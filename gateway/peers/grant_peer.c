#include "gateway/peers/grant_peer.h"

#include "gateway/peers/own_call.h"
#include "sharing/v1/coupon.pb-c.h"

#define ACTIVATIONS_MAX 100 /* of an account, and on a page */

enum failure identity_activations_list(struct peer_call call, const char *account_id,
                                       Identity__V1__ListActivationsResponse **found)
{
    Identity__V1__ListActivationsRequest request = IDENTITY__V1__LIST_ACTIVATIONS_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.page_size = ACTIVATIONS_MAX;
    return RPC_CALL(call.task, call.peer, identity__v1__promotion_service, list_activations,
                    &request, found, call.status);
}

enum failure sharing_coupon_grant(struct peer_call call, const struct grant_owner *owner,
                                  const Identity__V1__Activation *activation, struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Sharing__V1__GrantCouponRequest request = SHARING__V1__GRANT_COUPON_REQUEST__INIT;
    Sharing__V1__GrantCouponResponse *response = NULL;
    request.account_id = arena_strdup(task_arena(call.task), owner->account_id);
    request.company_id = arena_strdup(task_arena(call.task), owner->company_id);
    request.request_id = id_format(request_id, request_text);
    request.asset_id = activation->coupon_id;
    request.name = activation->code;
    request.face_micros = activation->amount_micros;
    request.currency = activation->currency;
    request.products = activation->products;
    request.n_products = activation->n_products;
    request.bill_types = activation->bill_types;
    request.n_bill_types = activation->n_bill_types;
    request.regions = activation->regions;
    request.n_regions = activation->n_regions;
    request.provisioned_time = activation->activate_time;
    request.expire_time = activation->expire_time;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.grant_coupon"),
                         sharing__v1__coupon_service, grant_coupon, &request, &response,
                         call.status);
}
