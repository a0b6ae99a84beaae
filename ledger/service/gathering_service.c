#include "ledger/domain/refusals.h"
#include "ledger/service/order_call.h"
#include "ledger/service/placing.h"
#include "ledger/service/reading.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define settle_gathered_by_hand
#include "ledger/service/gathering_rpc.h"

#define TIMEOUT_MS_MAX 600000

static struct metric orders_total = {.name = "ledger_gathered_orders_total",
                                     .help = "Orders that came gathered from a gateway.",
                                     .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(orders_total);

/* The orders of one message, those that can be read, and the results of all. */
struct gathered {
    struct call *call;
    const Ledger__V1__SettleGatheredRequest *request;
    Ledger__V1__GatheredResult *results;
    struct batch_item *items;
    size_t *places; /* where each item stands among the orders */
    size_t item_count;
};

/* S15: of what was refused one line in each service */
static void log_refused(const Ledger__V1__GatheredOrder *order, const struct status *status)
{
    log_write(status->code == CODE_INTERNAL ? LOG_ERROR : LOG_INFO, "gathered_order_failed",
              log_text("call_id", order->call_id), log_text("principal_id", order->principal_id),
              log_text("account_id", order->account_id),
              log_text("code", status_code_name(status->code)), log_text("reason", status->reason));
}

static void refuse(struct gathered *gathered, size_t place, struct bytes packed)
{
    Ledger__V1__GatheredResult *result = &gathered->results[place];
    struct status status;
    result->outcome_case = LEDGER__V1__GATHERED_RESULT__OUTCOME_REFUSED;
    result->refused = (ProtobufCBinaryData){packed.size, (uint8_t *)(uintptr_t)packed.data};
    if (status_unpack(call_arena(gathered->call), packed, &status))
        log_refused(gathered->request->orders[place], &status);
}

/* The sender is part of the request id's key, so an order without one is nobody's. */
static struct reading_problems problems_of_sender(const Ledger__V1__GatheredOrder *order)
{
    struct reading_problems problems = {0};
    struct id id;
    if (!id_parse(order->principal_id, &id))
        problems.list[problems.count++] =
            (struct reading_problem){"principal_id", FAULT_NOT_A_UUID, "must be a UUID"};
    if (order->order == NULL)
        problems.list[problems.count++] =
            (struct reading_problem){"order", FAULT_REQUIRED, "is required"};
    return problems;
}

static int64_t timeout_of(const Ledger__V1__GatheredOrder *order)
{
    return order->timeout_ms < 0                ? 0
           : order->timeout_ms < TIMEOUT_MS_MAX ? order->timeout_ms
                                                : TIMEOUT_MS_MAX;
}

static struct reading_caller caller_of(struct gathered *gathered,
                                       const Ledger__V1__GatheredOrder *order)
{
    struct actor *actor = arena_alloc(call_arena(gathered->call), sizeof *actor);
    const struct actor_said said = {.principal_id = order->principal_id,
                                    .account_id = order->account_id,
                                    .credential = order->credential_kind,
                                    .credential_id = order->credential_id,
                                    .roles = order->roles,
                                    .approval_id = order->approval_id};
    struct reading_caller caller =
        reading_caller_with(actor_read(&said, actor) ? actor : NULL, order->roles);
    caller.let_in = order->let_in;
    return caller;
}

static void read_order(struct gathered *gathered, size_t place)
{
    const Ledger__V1__GatheredOrder *order = gathered->request->orders[place];
    struct batch_item *item = &gathered->items[gathered->item_count];
    struct reading_problems problems = problems_of_sender(order);
    if (problems.count == 0)
        problems = order_read_alone(order->order, caller_of(gathered, order), item);
    if (problems.count > 0) {
        order_unreadable(gathered->call, problems);
        refuse(gathered, place, call_take_refusal(gathered->call));
        return;
    }
    item->order.origin = origin_of_principal(order->principal_id, order->account_id);
    item->is_impatient = true;
    item->timeout_ms = timeout_of(order);
    gathered->places[gathered->item_count++] = place;
}

static void answer_order(struct gathered *gathered, size_t i)
{
    const struct batch_item *item = &gathered->items[i];
    Ledger__V1__GatheredResult *result = &gathered->results[gathered->places[i]];
    if (item->failure != FAILURE_NONE) {
        refuse(gathered, gathered->places[i], call_failure_packed(gathered->call, item->failure));
        return;
    }
    result->replayed = item->replayed;
    if (item->code != CODE_OK) {
        refuse(gathered, gathered->places[i], item->answer);
        return;
    }
    result->outcome_case = LEDGER__V1__GATHERED_RESULT__OUTCOME_ANSWER;
    result->answer =
        (ProtobufCBinaryData){item->answer.size, (uint8_t *)(uintptr_t)item->answer.data};
}

static void make_room(struct gathered *gathered, Ledger__V1__SettleGatheredResponse *response)
{
    struct arena *arena = call_arena(gathered->call);
    size_t count = gathered->request->n_orders;
    gathered->results = arena_alloc_array(arena, count, sizeof *gathered->results);
    gathered->items = arena_alloc_array(arena, count, sizeof *gathered->items);
    gathered->places = arena_alloc_array(arena, count, sizeof *gathered->places);
    response->results = arena_alloc_array(arena, count, sizeof *response->results);
    response->n_results = count;
    for (size_t i = 0; i < count; i++) {
        ledger__v1__gathered_result__init(&gathered->results[i]);
        response->results[i] = &gathered->results[i];
    }
}

static int gathering_service_settle_gathered_call(struct call *call,
                                                  const Ledger__V1__SettleGatheredRequest *request,
                                                  Ledger__V1__SettleGatheredResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct gathered gathered = {.call = call, .request = request};
    if (request->n_orders < 1 || request->n_orders > BATCH_ORDERS_MAX)
        return call_refuse(call, &bulk_refusal, NO_TERMS);
    make_room(&gathered, response);
    for (size_t i = 0; i < request->n_orders; i++)
        read_order(&gathered, i);
    metric_add(&orders_total, NULL, (int64_t)request->n_orders);
    int no = placing_orders(call_task(call), ledger, gathered.items, gathered.item_count);
    if (no != 0)
        return no;
    batcher_submit_each(call_task(call), ledger->batcher, call_arena(call), gathered.items,
                        gathered.item_count);
    for (size_t i = 0; i < gathered.item_count; i++)
        answer_order(&gathered, i);
    return 0;
}
RPC_UNARY(gathering_service_settle_gathered, Ledger__V1__GatheringService,
          Ledger__V1__SettleGatheredRequest, Ledger__V1__SettleGatheredResponse)
