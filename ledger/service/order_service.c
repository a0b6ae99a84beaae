#include "ledger/batch/answer.h"
#include "ledger/ledger_message.h"
#include "ledger/service/bulk.h"
#include "ledger/service/order_call.h"
#include "ledger/service/order_stream.h"
#include "ledger/service/placing.h"
#include "ledger/service/reading.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_origin.h"

#define submit_orders_by_hand /* each order has its own violations */
#define preview_order_by_hand
#define stream_orders_linkage extern
#include "ledger/service/order_rpc.h"

static int order_service_submit_orders_call(struct call *call,
                                            const Ledger__V1__SubmitOrdersRequest *request,
                                            Ledger__V1__SubmitOrdersResponse *response)
{
    struct bulk bulk = {
        .orders = request->orders,
        .count = request->n_orders,
        .origin = call_origin(call),
        .scope = {request->company_id, request->account_id, reading_caller_of(call)}};
    if (!bulk_fits(&bulk))
        return call_refuse(call, &bulk_refusal, NO_TERMS);
    int no = bulk_read(call_task(call), call_context(call), call_arena(call), &bulk);
    if (no == 0)
        no = bulk_settle(call_task(call), call_context(call), call_arena(call), &bulk);
    if (no != 0)
        return no;
    response->results = bulk.results;
    response->n_results = bulk.count;
    return 0;
}
RPC_UNARY(order_service_submit_orders, Ledger__V1__OrderService, Ledger__V1__SubmitOrdersRequest,
          Ledger__V1__SubmitOrdersResponse)

/* ---- preview ---- */

static void fill_balances(struct arena *arena, const struct order *order,
                          const struct order_outcome *outcome, int64_t now_us,
                          Ledger__V1__PreviewOrderResponse *response)
{
    response->balances = arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof *response->balances);
    response->would_suspend_account_ids =
        arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof *response->would_suspend_account_ids);
    for (size_t i = 0; i < outcome->account_count; i++) {
        const struct account *account = &outcome->accounts[i];
        if (answer_tells_of(order, account))
            response->balances[response->n_balances++] = balance_to_message(arena, account, now_us);
        if (outcome->turned[i].stopped)
            response->would_suspend_account_ids[response->n_would_suspend_account_ids++] =
                id_to_message(arena, account->id);
    }
}

static int order_service_preview_order_call(struct call *call,
                                            const Ledger__V1__PreviewOrderRequest *request,
                                            Ledger__V1__PreviewOrderResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    if (request->order == NULL)
        return call_invalid(call, "order", FAULT_REQUIRED, "is required");
    struct batch_item item;
    struct reading_scope scope = {request->company_id, request->account_id,
                                  reading_caller_of(call)};
    struct reading_problems problems = order_read_preview(request->order, &scope, &item);
    if (problems.count > 0)
        return order_unreadable(call, problems);
    item.order.linked = false;
    item.order.origin = call_origin(call);
    struct order_outcome *outcome;
    int no = placing_orders(call_task(call), ledger, &item, 1);
    if (no == 0)
        no = batcher_preview(call_task(call), ledger, &item, &outcome);
    if (no != 0)
        return no;
    response->result = message_new(arena, &ledger__v1__order_result__descriptor);
    response->allowance = allowance_to_message(arena, &outcome->allowance);
    fill_balances(arena, &item.order, outcome, clock_of_us(item.order.company_id), response);
    return bulk_fill_result(arena, request->order->kind_case, &item, response->result)
               ? 0
               : FAILURE_EXHAUSTED;
}
RPC_UNARY(order_service_preview_order, Ledger__V1__OrderService, Ledger__V1__PreviewOrderRequest,
          Ledger__V1__PreviewOrderResponse)
