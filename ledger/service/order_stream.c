#include "ledger/service/order_stream.h"

#include "ledger/service/bulk.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/idempotency/call_origin.h"

/* Of one stream: one batch that commits, one that waits for it, one message on its way in and one
 * on its way out. */
#define MESSAGES_MAX 4
/* Of all streams, in tasks of their own; full messages of so many are twice what the batcher's
 * queue takes (queue-orders-max). */
#define MESSAGE_TASKS_MAX 32
#define MESSAGE_ARENA_BYTES_MAX (24 * 1024 * 1024) /* the request and its results */

static struct metric messages = {.name = "ledger_stream_messages",
                                 .help = "Messages of order streams read and not yet answered.",
                                 .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(messages);
static size_t task_count;

struct order_stream;

/* One message under way. Places are taken in turn, so the messages of a stream go round. */
struct place {
    struct order_stream *stream;
    struct place *next;
    struct arena arena;
    const Ledger__V1__StreamOrdersRequest *request;
    struct bulk bulk;
    struct task *task; /* of its own, or NULL */
    uint64_t number;   /* of the message, from 1 */
    bool busy;
    struct event freed;
    struct event turn; /* the message before it was answered */
};

struct order_stream {
    struct call *call;
    struct origin origin; /* of every request id in it */
    struct reading_caller caller;
    struct task *task; /* that reads */
    enum failure
        failure;    /* of the first message that could not be answered; nothing is sent after it */
    uint64_t count; /* of messages read */
    bool is_broken; /* a message failed: none behind it is begun, what waits behind it is not waited
                       for */
    struct place places[MESSAGES_MAX];
};

static void stream_init(struct order_stream *stream, struct call *call)
{
    *stream = (struct order_stream){.call = call,
                                    .task = call_task(call),
                                    .origin = call_origin(call),
                                    .caller = reading_caller_of(call)};
    for (size_t i = 0; i < MESSAGES_MAX; i++) {
        struct place *place = &stream->places[i];
        *place = (struct place){.stream = stream, .next = &stream->places[(i + 1) % MESSAGES_MAX]};
        arena_init(&place->arena, MESSAGE_ARENA_BYTES_MAX);
    }
    event_signal(&stream->places[0].turn);
}

static struct bulk bulk_of(const struct place *place)
{
    struct reading_caller caller = place->stream->caller;
    caller.now_us = clock_now_us();
    const Ledger__V1__StreamOrdersRequest *request = place->request;
    return (struct bulk){.orders = request->orders,
                         .count = request->n_orders,
                         .origin = place->stream->origin,
                         .is_streamed = true,
                         .scope = {request->company_id, request->account_id, caller}};
}

static enum failure send_results(const struct place *place)
{
    if (arena_exhausted(&place->arena))
        return FAILURE_EXHAUSTED;
    Ledger__V1__StreamOrdersResponse response;
    ledger__v1__stream_orders_response__init(&response);
    response.results = place->bulk.results;
    response.n_results = place->bulk.count;
    return call_send(place->stream->call, &response.base);
}

/* A message read behind one that failed would be settled without it; one that waits when nobody is
 * left to be answered, in vain. */
static void break_off(struct order_stream *stream, uint64_t last_to_go_on)
{
    stream->is_broken = true;
    for (size_t i = 0; i < MESSAGES_MAX; i++) {
        const struct place *place = &stream->places[i];
        if (place->busy && place->task != NULL && place->number > last_to_go_on)
            task_cancel(place->task);
    }
}

/* Answers in the stream's order. Orders that were done and are not answered make the stream's end
 * one that is not known. */
static void answer_message(struct task *task, struct place *place, enum failure failure)
{
    struct order_stream *stream = place->stream;
    if (stream->failure == FAILURE_NONE) {
        stream->failure = failure == FAILURE_NONE ? send_results(place) : failure;
        if (stream->failure == FAILURE_NONE)
            return;
        task_cancel(stream->task); /* it waits for a message that would not be answered */
    }
    if (task_has_acted(task))
        task_note_act(stream->task);
}

/* The turn goes on and the place becomes free, whatever happens. */
static void settle_message(struct task *task, struct place *place)
{
    struct order_stream *stream = place->stream;
    enum failure failure = stream->is_broken ? FAILURE_CANCELLED
                                             : bulk_settle(task, call_context(stream->call),
                                                           &place->arena, &place->bulk);
    if (failure != FAILURE_NONE && !stream->is_broken)
        break_off(stream, place->number);
    task_wait_to_the_end(task, &place->turn);
    answer_message(task, place, failure);
    metric_add(&messages, NULL, -1);
    event_signal(&place->next->turn);
    place->busy = false;
    event_signal(&place->freed);
}

static void run_message(struct task *task, void *argument)
{
    struct place *place = argument;
    place->task = task;
    settle_message(task, place);
    task_count--;
}

/* Messages are read one after the other; tasks begin in the order they were started in, and hand
 * their orders to the batcher before they wait for anything: the orders of a company are settled in
 * the order of the stream. Without room
 * for a task the message is settled here, and nothing read meanwhile. */
static void begin_message(struct place *place)
{
    struct order_stream *stream = place->stream;
    place->busy = true;
    place->task = NULL;
    place->number = ++stream->count;
    metric_add(&messages, NULL, 1);
    int64_t left_ms = task_remaining_ms(stream->task);
    struct task_options options = {.name = "ledger_stream_message",
                                   .timeout_ms = left_ms == INT64_MAX ? 0 : left_ms + 1,
                                   .request_id = task_request_id(stream->task),
                                   .trace_parent = task_trace_parent(stream->task),
                                   .trace_state = task_trace_state(stream->task)};
    if (task_count < MESSAGE_TASKS_MAX &&
        loop_spawn(task_loop(stream->task), &options, run_message, place) == FAILURE_NONE)
        task_count++;
    else
        settle_message(stream->task, place);
}

static int await_free(struct order_stream *stream, struct place *place)
{
    while (place->busy) {
        int no = task_wait(stream->task, &place->freed);
        if (no != 0)
            return no;
    }
    return 0;
}

/* Reads one message into a free place and begins it; *ended at the end of the client's stream.
 * Other than 0: to be returned. */
static int read_message(struct order_stream *stream, struct place *place, bool *ended)
{
    const ProtobufCMessage *message = NULL;
    arena_reset(&place->arena);
    int no = call_receive_into(stream->call, &place->arena, &message);
    if (no != 0)
        return no;
    *ended = message == NULL;
    if (*ended)
        return 0;
    place->request = (const Ledger__V1__StreamOrdersRequest *)message;
    place->bulk = bulk_of(place);
    if (!bulk_fits(&place->bulk))
        return call_refuse(stream->call, &bulk_refusal, NO_TERMS);
    no = bulk_read(stream->task, call_context(stream->call), &place->arena, &place->bulk);
    if (no == 0)
        begin_message(place);
    return no;
}

static int read_messages(struct order_stream *stream)
{
    int no = 0;
    bool ended = false;
    for (struct place *place = stream->places; no == 0 && !ended; place = place->next) {
        no = await_free(stream, place);
        if (no == 0)
            no = read_message(stream, place, &ended);
    }
    return no;
}

/* No task of the stream outlives it. A failure of a message comes before what was read behind it.
 */
int order_service_stream_orders_call(struct call *call)
{
    struct order_stream *stream = arena_try_alloc(call_arena(call), sizeof *stream);
    if (stream == NULL)
        return FAILURE_EXHAUSTED;
    stream_init(stream, call);
    int no = read_messages(stream);
    if (task_state(stream->task) != FAILURE_NONE && stream->failure == FAILURE_NONE)
        break_off(stream, 0);
    for (size_t i = 0; i < MESSAGES_MAX; i++) {
        while (stream->places[i].busy)
            task_wait_to_the_end(stream->task, &stream->places[i].freed);
        arena_deinit(&stream->places[i].arena);
    }
    return stream->failure == FAILURE_NONE ? no : stream->failure;
}
