#include "gateway/peers/ledger_orders.h"

#include <assert.h>

#include "ledger/v1/gathering.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/gather.h"
#include "runtime/rpc/message.h"

#define TIMEOUT_MS 10000 /* of one order, with its repetitions */
#define MESSAGES_MAX 2   /* under way: the ledger settles one and has the next one at hand */
#define ORDERS_MAX 1000  /* of one message */
#define MESSAGE_BYTES_MAX ((size_t)512 * 1024) /* half of what the ledger takes */
#define ORDER_BYTES_MAX 4096                   /* a larger one is nothing usual and goes alone */
#define ARENA_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define REPLICAS_MAX 8

static struct metric orders_total = {.name = "gateway_orders_gathered_total",
                                     .help = "Orders that went to the ledger gathered.",
                                     .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(orders_total);
static struct metric messages_total = {.name = "gateway_order_messages_total",
                                       .help = "Messages in which they went.",
                                       .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(messages_total);
static struct metric again_total = {.name = "gateway_orders_sent_again_total",
                                    .help = "Gathered orders that went again by their own rpc.",
                                    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(again_total);

/* Orders of one replica, unless there are more than places: then of some that share it. */
struct replica_orders {
    struct rpc_client *ledger;
    struct gather gather;
    unsigned alone; /* under way by their own rpc, because none was */
};

struct ledger_orders {
    struct rpc_client *ledger;
    struct replica_orders replicas[REPLICAS_MAX];
};

/* One order while it is gathered. Its end is in its caller's arena. */
struct gathered_order {
    struct gather_item item;
    const struct ledger_order *order;
    struct arena *arena;
    struct bytes packed; /* a GatheredOrder without the time that is left */
    int64_t deadline_us;
    ProtobufCMessage *response;
    struct rpc_status status;
    enum failure failure;
    bool is_told;  /* false: the message was refused as a whole */
    bool in_doubt; /* a message before the one that was answered may have been settled */
};

static int64_t left_ms(int64_t deadline_us)
{
    int64_t left_us = deadline_us - clock_monotonic_us();
    return left_us <= 0 ? 1 : (left_us + 999) / 1000;
}

/* ---- a message ---- */

static void tell(struct gathered_order *gathered, const Ledger__V1__GatheredResult *result)
{
    const ProtobufCMethodDescriptor *method =
        &gathered->order->service->methods[gathered->order->method_index];
    gathered->is_told = true;
    if (result->outcome_case == LEDGER__V1__GATHERED_RESULT__OUTCOME_ANSWER)
        gathered->failure = failure_in_doubt(rpc_part_answered(
            gathered->arena, method->output,
            (struct bytes){result->answer.data, result->answer.len}, &gathered->response));
    else
        gathered->failure = rpc_part_refused(
            gathered->arena, (struct bytes){result->refused.data, result->refused.len},
            &gathered->status);
}

static Ledger__V1__GatheredOrder *make_order(struct arena *arena,
                                             const struct gathered_order *gathered)
{
    Ledger__V1__GatheredOrder *order = arena_alloc(arena, sizeof(*order));
    const void *copy = arena_memdup(arena, gathered->packed.data, gathered->packed.size);
    ledger__v1__gathered_order__init(order);
    order->timeout_ms = left_ms(gathered->deadline_us);
    bool is_set =
        message_set_packed(arena, &order->base, (struct bytes){copy, gathered->packed.size});
    return is_set ? order : NULL;
}

/* As long as the last of the callers waits. */
static int64_t timeout_of(struct gather_item *const *items, size_t count)
{
    int64_t timeout_ms = 0;
    for (size_t i = 0; i < count; i++) {
        const struct gathered_order *gathered = (const struct gathered_order *)items[i];
        int64_t own_ms = left_ms(gathered->deadline_us);
        timeout_ms = own_ms > timeout_ms ? own_ms : timeout_ms;
    }
    return timeout_ms;
}

static bool make_request(struct arena *arena, struct gather_item **items, size_t count,
                         Ledger__V1__SettleGatheredRequest *request)
{
    ledger__v1__settle_gathered_request__init(request);
    request->orders = arena_alloc_array(arena, count, sizeof(*request->orders));
    for (; request->n_orders < count; request->n_orders++) {
        struct gathered_order *gathered = (struct gathered_order *)items[request->n_orders];
        request->orders[request->n_orders] = make_order(arena, gathered);
        if (request->orders[request->n_orders] == NULL)
            return false;
    }
    return true;
}

static const char *key_of(struct arena *arena, const struct gather_item *item)
{
    return arena_strdup(arena, ((const struct gathered_order *)item)->order->key);
}

/* A message that is refused as a whole did nothing, and says nothing of its orders: each goes by
 * its own rpc. */
static enum failure send_message(struct task *task, void *context, struct gather_item **items,
                                 size_t count)
{
    const struct replica_orders *orders = context;
    Ledger__V1__SettleGatheredRequest request;
    Ledger__V1__SettleGatheredResponse *response = NULL;
    struct rpc_status status;
    if (!make_request(task_arena(task), items, count, &request))
        return FAILURE_EXHAUSTED;
    metric_add(&messages_total, NULL, 1);
    metric_add(&orders_total, NULL, (int64_t)count);
    struct rpc_call_options options = {.key = key_of(task_arena(task), items[0]),
                                       .timeout_ms = timeout_of(items, count),
                                       .has_parts = true};
    enum failure failure =
        RPC_CALL_WITH(task, orders->ledger, &options, ledger__v1__gathering_service,
                      settle_gathered, &request, &response, &status);
    bool is_answered = failure == FAILURE_NONE && status.code == CODE_OK;
    if (is_answered && response->n_results != count)
        return FAILURE_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        struct gathered_order *gathered = (struct gathered_order *)items[i];
        if (gathered == NULL)
            continue;
        gathered->in_doubt = status.in_doubt;
        if (is_answered)
            tell(gathered, response->results[i]);
    }
    return failure;
}

/* ---- one order ---- */

static const char *header(const struct ledger_order *order, const char *name)
{
    for (const struct rpc_header *header = order->headers; header->name != NULL; header++)
        if (text_equal(header->name, name))
            return header->value;
    return "";
}

static const ProtobufCFieldDescriptor *kind_of(const ProtobufCMessageDescriptor *request)
{
    const ProtobufCMessageDescriptor *order = &ledger__v1__order__descriptor;
    for (unsigned i = 0; i < order->n_fields; i++)
        if (order->fields[i].descriptor == request)
            return &order->fields[i];
    return NULL;
}

bool ledger_orders_take(const ProtobufCMessageDescriptor *request)
{
    return kind_of(request) != NULL;
}

static struct bytes pack_order(struct task *task, const struct ledger_order *order)
{
    const ProtobufCFieldDescriptor *kind = kind_of(order->request->descriptor);
    Ledger__V1__Order one = LEDGER__V1__ORDER__INIT;
    Ledger__V1__GatheredOrder gathered = LEDGER__V1__GATHERED_ORDER__INIT;
    one.kind_case = (Ledger__V1__Order__KindCase)kind->id;
    *(const ProtobufCMessage **)(void *)((char *)&one + kind->offset) = order->request;
    gathered.order = &one;
    gathered.principal_id = (char *)(uintptr_t)header(order, "kontor-principal-id");
    gathered.account_id = (char *)(uintptr_t)header(order, "kontor-account-id");
    gathered.credential_id = (char *)(uintptr_t)header(order, "kontor-credential-id");
    gathered.credential_kind = (char *)(uintptr_t)header(order, "kontor-credential-kind");
    gathered.roles = (char *)(uintptr_t)header(order, "kontor-roles");
    gathered.approval_id = (char *)(uintptr_t)header(order, "kontor-approval-id");
    gathered.let_in = order->let_in;
    gathered.call_id = (char *)(uintptr_t)task_request_id(task);
    return message_pack(task_arena(task), &gathered.base);
}

/* ---- by its own rpc ---- */

static enum failure settle_alone(struct task *task, const struct replica_orders *orders,
                                 struct gathered_order *gathered, bool in_doubt)
{
    const struct ledger_order *order = gathered->order;
    struct rpc_call_options options = {.headers = order->headers,
                                       .key = order->key,
                                       .timeout_ms = left_ms(gathered->deadline_us),
                                       .in_doubt = in_doubt};
    return rpc_client_call(task, orders->ledger, order->service, order->method_index,
                           order->request, &options, &gathered->response, &gathered->status);
}

/* ---- gathered ---- */

static bool certainly_did_nothing(const struct gathered_order *gathered, enum failure failure)
{
    return failure == FAILURE_UNAVAILABLE || failure == FAILURE_LOCKED ||
           failure == FAILURE_EXHAUSTED ||
           (failure == FAILURE_NONE && gathered->status.code != CODE_OK);
}

/* Sent again is what was certainly not done and may be done another way; what is not known, for its
 * request id tells; and what was refused after it may have been done. */
static bool has_to_go_again(const struct gathered_order *gathered, enum failure failure)
{
    if (failure != FAILURE_NONE)
        return failure == FAILURE_EXHAUSTED; /* the message was too much, not the order */
    return !gathered->is_told || gathered->failure == FAILURE_LOCKED ||
           gathered->failure == FAILURE_UNAVAILABLE || gathered->failure == FAILURE_INDEFINITE ||
           (gathered->in_doubt && gathered->status.code != CODE_OK);
}

static enum failure settle_gathered(struct task *task, struct replica_orders *orders,
                                    struct gathered_order *gathered)
{
    enum failure failure = gather_ask(task, &orders->gather, &gathered->item);
    bool in_doubt = gathered->in_doubt || gathered->failure == FAILURE_INDEFINITE;
    if (has_to_go_again(gathered, failure)) {
        metric_add(&again_total, NULL, 1);
        if (in_doubt)
            task_note_act(task);
        return settle_alone(task, orders, gathered, in_doubt);
    }
    if (failure == FAILURE_NONE)
        failure = gathered->failure;
    if (gathered->item.taken && !certainly_did_nothing(gathered, failure))
        task_note_act(task);
    return failure;
}

static enum failure settle(struct task *task, struct replica_orders *orders,
                           struct gathered_order *gathered)
{
    bool is_lone =
        orders->alone == 0 && orders->gather.under_way == 0 && orders->gather.first == NULL;
    if (is_lone) {
        orders->alone++;
        enum failure failure = settle_alone(task, orders, gathered, false);
        orders->alone--;
        return failure;
    }
    gathered->packed = pack_order(task, gathered->order);
    gathered->item.weight = gathered->packed.size;
    if (gathered->packed.data == NULL || gathered->packed.size > ORDER_BYTES_MAX)
        return settle_alone(task, orders, gathered, false);
    return settle_gathered(task, orders, gathered);
}

/* No later than the caller's own. */
static int64_t deadline_of(const struct task *task)
{
    int64_t left_ms = task_remaining_ms(task);
    return clock_monotonic_us() + (left_ms < TIMEOUT_MS ? left_ms : TIMEOUT_MS) * 1000;
}

enum failure ledger_orders_settle(struct task *task, struct ledger_orders *orders,
                                  const struct ledger_order *order, ProtobufCMessage **response,
                                  struct rpc_status *status)
{
    struct gathered_order gathered = {.order = order,
                                      .arena = task_arena(task),
                                      .deadline_us = deadline_of(task),
                                      .status = {.code = CODE_OK, .sentence = "", .reason = ""}};
    unsigned replica = rpc_client_replica(orders->ledger, order->key);
    enum failure failure = settle(task, &orders->replicas[replica % REPLICAS_MAX], &gathered);
    *response = gathered.response;
    *status = gathered.status;
    return failure;
}

struct ledger_orders *ledger_orders_new(struct rpc_client *ledger)
{
    static struct ledger_orders orders; /* one per process */
    assert(orders.ledger == NULL);
    orders.ledger = ledger;
    for (size_t i = 0; i < REPLICAS_MAX; i++)
        orders.replicas[i] =
            (struct replica_orders){.ledger = ledger,
                                    .gather = {.name = "gateway_orders",
                                               .send = send_message,
                                               .context = &orders.replicas[i],
                                               .under_way_max = MESSAGES_MAX,
                                               .items_max = ORDERS_MAX,
                                               .weight_max = MESSAGE_BYTES_MAX,
                                               .arena_bytes_max = ARENA_BYTES_MAX}};
    return &orders;
}
