#include "gateway/peers/view_peer.h"

#define TIMEOUT_MS 2000

#define VIEW_OF(of_key) \
    (&(const struct rpc_call_options){.key = (of_key), .timeout_ms = TIMEOUT_MS})

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

enum failure view_balance(struct peer_call call, const struct ledger_place *place,
                          Ledger__V1__GetBalanceResponse **response)
{
    Ledger__V1__GetBalanceRequest request = LEDGER__V1__GET_BALANCE_REQUEST__INIT;
    request.account_id = borrowed(place->account_id);
    request.company_id = borrowed(place->company_id);
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(place->company_id),
                         ledger__v1__account_service, get_balance, &request, response, call.status);
}

enum failure view_credit_limit(struct peer_call call, const struct ledger_place *place,
                               Ledger__V1__GetCreditLimitResponse **response)
{
    Ledger__V1__GetCreditLimitRequest request = LEDGER__V1__GET_CREDIT_LIMIT_REQUEST__INIT;
    request.account_id = borrowed(place->account_id);
    request.company_id = borrowed(place->company_id);
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(place->company_id),
                         ledger__v1__credit_service, get_credit_limit, &request, response,
                         call.status);
}

enum failure view_holds(struct peer_call call, const struct ledger_place *place, int count,
                        Ledger__V1__ListHoldsResponse **response)
{
    Ledger__V1__ListHoldsRequest request = LEDGER__V1__LIST_HOLDS_REQUEST__INIT;
    request.account_id = borrowed(place->account_id);
    request.company_id = borrowed(place->company_id);
    request.state = LEDGER__V1__HOLD_STATE__HOLD_STATE_ACTIVE;
    request.with_total = true;
    request.page_size = count;
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(place->company_id), ledger__v1__hold_service,
                         list_holds, &request, response, call.status);
}

enum failure view_bills(struct peer_call call, const struct ledger_place *place, int count,
                        Ledger__V1__ListBillsResponse **response)
{
    Ledger__V1__ListBillsRequest request = LEDGER__V1__LIST_BILLS_REQUEST__INIT;
    request.account_id = borrowed(place->account_id);
    request.company_id = borrowed(place->company_id);
    request.state = LEDGER__V1__BILL_STATE__BILL_STATE_UNPAID;
    request.page_size = count;
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(place->company_id),
                         ledger__v1__usage_service, list_bills, &request, response, call.status);
}

enum failure view_top_ups(struct peer_call call, const char *account_id, int count,
                          Payments__V1__ListTopUpsResponse **response)
{
    Payments__V1__ListTopUpsRequest request = PAYMENTS__V1__LIST_TOP_UPS_REQUEST__INIT;
    request.account_id = borrowed(account_id);
    request.open = true;
    request.page_size = count;
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(""), payments__v1__top_up_service,
                         list_top_ups, &request, response, call.status);
}

enum failure view_accounts(struct peer_call call, const struct rpc_header *headers,
                           const Identity__V1__ListMyAccountsRequest *request,
                           Identity__V1__ListMyAccountsResponse **response)
{
    const struct rpc_call_options options = {.headers = headers};
    return RPC_CALL_WITH(call.task, call.peer, &options, identity__v1__account_service,
                         list_my_accounts, request, response, call.status);
}

enum failure view_relations(struct peer_call call, const struct rpc_header *headers,
                            const Identity__V1__ListRelationsRequest *request,
                            Identity__V1__ListRelationsResponse **response)
{
    const struct rpc_call_options options = {.headers = headers};
    return RPC_CALL_WITH(call.task, call.peer, &options, identity__v1__relation_service,
                         list_relations, request, response, call.status);
}

enum failure view_balances(struct peer_call call, const Ledger__V1__GetBalancesRequest *request,
                           Ledger__V1__GetBalancesResponse **response)
{
    return RPC_CALL_WITH(call.task, call.peer, VIEW_OF(request->company_id),
                         ledger__v1__account_service, get_balances, request, response, call.status);
}
