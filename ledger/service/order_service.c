#include "google/rpc/status.pb-c.h"
#include "ledger/service/answer.h"
#include "ledger/service/order_call.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"

#define STREAM_ARENA_BYTES_MAX (16 * 1024 * 1024)

static const struct refusal too_many_orders = {"TOO_MANY_ORDERS", CODE_INVALID_ARGUMENT,
                                               "A call holds 1 to 1,000 orders, and a group ends within it."};

/* Puts an answer into the result: the response under its kind, or the status of a refusal. */
static bool fill_result(struct arena *arena, Ledger__V1__Order__KindCase kind, const struct batch_item *item,
                        Ledger__V1__OrderResult *result)
{
    result->replayed = item->replayed;
    if (item->code != CODE_OK) {
        result->outcome_case = LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
        result->refused = (Google__Rpc__Status *)message_unpack(arena, &google__rpc__status__descriptor, item->answer);
        return result->refused != NULL;
    }
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(&ledger__v1__order_result__descriptor, kind);
    result->outcome_case = (Ledger__V1__OrderResult__OutcomeCase)kind; /* kinds and outcomes have the same numbers */
    result->create_transfer = (Ledger__V1__CreateTransferResponse *)message_unpack(arena, field->descriptor, item->answer);
    return result->create_transfer != NULL;
}

struct bulk {
    Ledger__V1__Order **orders;
    size_t count;
    const char *company_id;
    const char *account_id;
    struct batch_item *items;      /* of those that could be read, in order */
    size_t *places;                /* where each of them stands among the orders */
    size_t item_count;
    Ledger__V1__OrderResult **results;
};

static bool bulk_init(struct bulk *bulk, struct arena *arena)
{
    Ledger__V1__OrderResult *rows = arena_alloc_array(arena, bulk->count, sizeof *rows);
    bulk->items = arena_alloc_array(arena, bulk->count, sizeof *bulk->items);
    bulk->places = arena_alloc_array(arena, bulk->count, sizeof *bulk->places);
    bulk->results = arena_alloc_array(arena, bulk->count, sizeof *bulk->results);
    if (rows == NULL || bulk->items == NULL || bulk->places == NULL || bulk->results == NULL)
        return false;
    for (size_t i = 0; i < bulk->count; i++) {
        ledger__v1__order_result__init(&rows[i]);
        bulk->results[i] = &rows[i];
    }
    return true;
}

static bool answer_unreadable(struct arena *arena, const struct reading_problem *problem, Ledger__V1__OrderResult *result)
{
    struct batch_item item = {.failure = FAILURE_NONE};
    item.answer = answer_invalid(arena, problem->field, problem->sentence, &item.code);
    return item.answer.data != NULL && fill_result(arena, LEDGER__V1__ORDER__KIND__NOT_SET, &item, result);
}

/* Reads one group, first to end - 1. When one of it cannot be read, none of it is settled. */
static bool read_group(struct bulk *bulk, struct arena *arena, size_t first, size_t end, int64_t now_us)
{
    size_t read_before = bulk->item_count;
    bool group_is_readable = true;
    for (size_t i = first; i < end; i++) {
        struct batch_item *item = &bulk->items[bulk->item_count];
        struct reading_problem problem = order_read(bulk->orders[i], bulk->company_id, bulk->account_id, now_us, item);
        if (problem.field == NULL) {
            bulk->places[bulk->item_count++] = i;
            continue;
        }
        group_is_readable = false;
        if (!answer_unreadable(arena, &problem, bulk->results[i]))
            return false;
    }
    if (group_is_readable)
        return true;
    bulk->item_count = read_before;
    static const struct reading_problem of_group = {"orders", "belongs to a group of which another order cannot be read"};
    for (size_t i = first; i < end; i++)
        if (bulk->results[i]->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME__NOT_SET && !answer_unreadable(arena, &of_group,
            bulk->results[i]))
            return false;
    return true;
}

static bool read_bulk(struct bulk *bulk, struct arena *arena)
{
    int64_t now_us = clock_now_us();
    for (size_t first = 0, end; first < bulk->count; first = end) {
        for (end = first + 1; bulk->orders[end - 1]->linked; end++)
            ; /* the last is never linked: asked before */
        if (!read_group(bulk, arena, first, end, now_us))
            return false;
    }
    return true;
}

/* Settles the orders of one message and fills in bulk->results; other than CODE_OK: answered. */
static enum code settle_bulk(struct call *call, struct arena *arena, struct bulk *bulk)
{
    struct ledger *ledger = call_context(call);
    bool fits = bulk->count >= 1 && bulk->count <= BATCH_ORDERS_MAX && !bulk->orders[bulk->count - 1]->linked;
    if (!fits)
        return call_refuse(call, &too_many_orders, NO_TERMS);
    if (!bulk_init(bulk, arena) || !read_bulk(bulk, arena))
        return call_fail(call, FAILURE_EXHAUSTED);
    enum failure failure = bulk->item_count > 0 ? batcher_submit(call_task(call), ledger->batcher, arena, bulk->items,
                                                                 bulk->item_count) : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    for (size_t i = 0; i < bulk->item_count; i++) {
        size_t place = bulk->places[i];
        if (bulk->items[i].failure != FAILURE_NONE)
            return call_fail(call, bulk->items[i].failure); /* the same request ids tell what was done */
        if (!fill_result(arena, bulk->orders[place]->kind_case, &bulk->items[i], bulk->results[place]))
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    return CODE_OK;
}

static enum code order_service_submit_orders_call(struct call *call, const Ledger__V1__SubmitOrdersRequest *request,
                                                  Ledger__V1__SubmitOrdersResponse *response)
{
    struct bulk bulk = {.orders = request->orders, .count = request->n_orders, .company_id = request->company_id,
                        .account_id = request->account_id};
    enum code code = settle_bulk(call, call_arena(call), &bulk);
    response->results = bulk.results;
    response->n_results = code == CODE_OK ? bulk.count : 0;
    return code;
}
RPC_UNARY(order_service_submit_orders, Ledger__V1__OrderService, Ledger__V1__SubmitOrdersRequest, Ledger__V1__SubmitOrdersResponse)

/* One message of a stream, in memory that the next message takes over. */
static enum code stream_message(struct call *call, struct arena *arena, const Ledger__V1__StreamOrdersRequest *request)
{
    struct bulk bulk = {.orders = request->orders, .count = request->n_orders, .company_id = request->company_id,
                        .account_id = request->account_id};
    Ledger__V1__StreamOrdersResponse response;
    ledger__v1__stream_orders_response__init(&response);
    enum code code = settle_bulk(call, arena, &bulk);
    if (code != CODE_OK)
        return code;
    response.results = bulk.results;
    response.n_results = bulk.count;
    enum failure failure = call_send(call, &response.base);
    return failure == FAILURE_NONE ? CODE_OK : call_fail(call, failure);
}

static enum code order_service_stream_orders_call(struct call *call)
{
    struct arena arena;
    const ProtobufCMessage *message = NULL;
    enum code code = CODE_OK;
    arena_init(&arena, STREAM_ARENA_BYTES_MAX);
    do {
        enum failure failure = call_receive(call, &message);
        if (failure != FAILURE_NONE)
            code = call_fail(call, failure);
        else if (message != NULL)
            code = stream_message(call, &arena, (const Ledger__V1__StreamOrdersRequest *)message);
        arena_reset(&arena);
    } while (code == CODE_OK && message != NULL);
    arena_deinit(&arena);
    return code;
}
RPC_STREAM(order_service_stream_orders, Ledger__V1__OrderService, Ledger__V1__StreamOrdersRequest, Ledger__V1__StreamOrdersResponse)

/* ---- preview ---- */

static bool fill_balances(struct arena *arena, const struct outcome *outcome, Ledger__V1__PreviewOrderResponse *response)
{
    response->balances = arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof *response->balances);
    response->would_suspend_account_ids = arena_alloc_array(arena, OUTCOME_ACCOUNTS_MAX, sizeof *response->would_suspend_account_ids);
    if (response->balances == NULL || response->would_suspend_account_ids == NULL)
        return false;
    for (size_t i = 0; i < outcome->account_count; i++) {
        const struct account *account = &outcome->accounts[i];
        if ((response->balances[response->n_balances++] = answer_balance(arena, account, clock_now_us())) == NULL)
            return false;
        if (!outcome->stopped[i])
            continue;
        if ((response->would_suspend_account_ids[response->n_would_suspend_account_ids++] = answer_id(arena, account->id)) == NULL)
            return false;
    }
    return true;
}

static enum code order_service_preview_order_call(struct call *call, const Ledger__V1__PreviewOrderRequest *request,
                                                  Ledger__V1__PreviewOrderResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    if (request->order == NULL)
        return call_invalid(call, "order", "is required");
    struct batch_item item;
    struct reading_problem problem = order_read_preview(request->order, request->company_id, request->account_id, clock_now_us(), &item);
    if (problem.field != NULL)
        return call_invalid(call, problem.field, problem.sentence);
    item.order.linked = false;
    struct outcome *outcome;
    enum failure failure = batcher_preview(call_task(call), ledger, &item, &outcome);
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    response->result = arena_alloc(arena, sizeof *response->result);
    if (response->result == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    ledger__v1__order_result__init(response->result);
    response->allowance = answer_allowance(arena, &outcome->allowance);
    bool filled = response->allowance != NULL && fill_result(arena, request->order->kind_case, &item,
                                                             response->result) && fill_balances(arena, outcome, response);
    return filled ? CODE_OK : call_fail(call, FAILURE_EXHAUSTED);
}
RPC_UNARY(order_service_preview_order, Ledger__V1__OrderService, Ledger__V1__PreviewOrderRequest, Ledger__V1__PreviewOrderResponse)

void order_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__OrderService_Service service = LEDGER__V1__ORDER_SERVICE__INIT(order_service_);
    rpc_server_mount(server, &service.base, ledger);
}
