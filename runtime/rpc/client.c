#include "runtime/rpc/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/rpc/client_exchange.h"
#include "runtime/rpc/measure.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define TIMEOUT_MS_DEFAULT 10000
#define BACK_OFF_MS_FIRST 50
#define BACK_OFF_MS_MAX 1000
#define PASSED_ON_MAX 10

static void stub_remember(ProtobufCService *stub, unsigned method_index,
                          const ProtobufCMessage *request, ProtobufCClosure closure, void *data);

/* ---- life ---- */

struct rpc_client *rpc_client_new(struct loop *loop, const struct rpc_client_settings *settings)
{
    struct rpc_client *client = calloc(1, sizeof *client);
    assert(client != NULL);
    client->queue = completion_queue_acquire(loop);
    client->replicas = client_replicas_new(loop, client->queue, settings);
    client->timeout_ms = settings->timeout_ms <= 0 ? TIMEOUT_MS_DEFAULT : settings->timeout_ms;
    client->attempts_max = settings->attempts_max <= 0 ? 1 : settings->attempts_max;
    client->refuses_unasked = settings->refuses_unasked;
    client->peer_begins_traces = settings->peer_begins_traces;
    client->address = call_measure_address(settings->target);
    client->stub.invoke = stub_remember;
    return client;
}

void rpc_client_free(struct rpc_client *client)
{
    assert(client != NULL);
    client_replicas_free(client->replicas);
    completion_queue_release(client->queue);
    free(client);
}

/* ---- one attempt ---- */

/* A unary attempt: six operations in one batch, one event. */
struct rpc_attempt {
    struct client_exchange exchange;
    struct completion completion;
    struct event ended;
    grpc_byte_buffer *sent;
    grpc_byte_buffer *received;
};

static void attempt_ended(struct completion *completion, bool success)
{
    (void)success; /* the status tells */
    struct rpc_attempt *attempt =
        (struct rpc_attempt *)(void *)((char *)completion -
                                       offsetof(struct rpc_attempt, completion));
    event_signal(&attempt->ended);
}

static bool attempt_start(struct rpc_attempt *attempt, const struct client_headers *headers)
{
    grpc_op operations[] = {
        client_exchange_send_headers(headers),
        {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = attempt->sent},
        {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
        client_exchange_receive_headers(&attempt->exchange),
        {.op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &attempt->received},
        client_exchange_receive_status(&attempt->exchange),
    };
    attempt->completion.function = attempt_ended;
    return completion_start_batch(attempt->exchange.channel->queue, attempt->exchange.call,
                                  operations, sizeof operations / sizeof operations[0],
                                  &attempt->completion);
}

/* The batch works on this stack, so its end is awaited also when nobody wants the answer any more.
 */
static void attempt_await(struct task *task, struct rpc_attempt *attempt)
{
    assert(task_current() == task);
    if (task_wait(task, &attempt->ended) != FAILURE_NONE) {
        grpc_call_cancel(attempt->exchange.call, NULL);
        task_wait_to_the_end(task, &attempt->ended);
    }
}

static enum failure response_read(struct rpc_attempt *attempt, struct arena *arena,
                                  const ProtobufCMessageDescriptor *type,
                                  ProtobufCMessage **response)
{
    if (attempt->received == NULL)
        return FAILURE_INTERNAL;
    struct bytes packed = message_buffer_bytes(arena, attempt->received);
    if (packed.data == NULL)
        return FAILURE_EXHAUSTED;
    return client_exchange_unpack(arena, type, packed, response);
}

/* One call, the same for all attempts. */
struct rpc_invocation {
    struct rpc_client *client;
    const ProtobufCServiceDescriptor *service;
    unsigned method_index;
    const ProtobufCMessage *request;
    const struct client_headers *headers;
    enum rpc_effect effect;
    const char *key;
    unsigned replica; /* that the last attempt went to */
    bool in_doubt;    /* before the first attempt */
};

static enum failure attempt_conclude(struct task *task, const struct rpc_invocation *invocation,
                                     struct rpc_attempt *attempt, ProtobufCMessage **response,
                                     struct rpc_status *status)
{
    enum failure failure = client_exchange_read(&attempt->exchange, task_arena(task), status);
    if (failure == FAILURE_NONE && status->code == CODE_OK)
        failure =
            response_read(attempt, task_arena(task),
                          invocation->service->methods[invocation->method_index].output, response);
    if (failure != FAILURE_NONE) /* it was answered, and we cannot read the answer */
        return failure_in_doubt(failure);
    if (status->code == CODE_CANCELLED && task_state(task) != FAILURE_NONE)
        return task_state(task);
    return client_exchange_judge(&attempt->exchange, status);
}

static enum failure attempt_run(struct task *task, struct rpc_invocation *invocation,
                                int64_t timeout_ms, ProtobufCMessage **response,
                                struct rpc_status *status)
{
    struct client_replicas *replicas = invocation->client->replicas;
    struct rpc_attempt attempt = {.ended = EVENT_INIT};
    client_exchange_init(&attempt.exchange, client_replicas_take(replicas, invocation->key),
                         invocation->service, invocation->method_index, timeout_ms);
    attempt.exchange.only_reads = invocation->effect == RPC_READS;
    attempt.sent = message_to_buffer(invocation->request);
    enum failure failure = FAILURE_INTERNAL;
    if (attempt_start(&attempt, invocation->headers)) {
        attempt_await(task, &attempt);
        failure = attempt_conclude(task, invocation, &attempt, response, status);
    }
    invocation->replica = attempt.exchange.channel->replica;
    if (client_exchange_met_nobody(&attempt.exchange, status))
        client_replicas_rest(replicas, invocation->replica);
    grpc_byte_buffer_destroy(attempt.sent);
    message_buffer_wipe(attempt.received);
    client_exchange_deinit(&attempt.exchange);
    return failure;
}

/* ---- the call ---- */

/* Doubles with every attempt; the jitter keeps callers from coming back in step. */
static int64_t back_off_ms(int attempts_made)
{
    int64_t full_ms = BACK_OFF_MS_FIRST;
    assert(attempts_made >= 0);
    for (int i = 1; i < attempts_made && full_ms < BACK_OFF_MS_MAX; i++)
        full_ms *= 2;
    full_ms = full_ms < BACK_OFF_MS_MAX ? full_ms : BACK_OFF_MS_MAX;
    return full_ms / 2 + random_below((uint32_t)(full_ms / 2 + 1));
}

static int64_t remaining_ms(int64_t deadline_us)
{
    int64_t left_us = deadline_us - clock_monotonic_us();
    return left_us <= 0 ? 0 : (left_us + 999) / 1000;
}

static bool certainly_did_nothing(enum failure failure, const struct rpc_status *status)
{
    return failure == FAILURE_UNAVAILABLE || failure == FAILURE_LOCKED ||
           failure == FAILURE_EXHAUSTED || (failure == FAILURE_NONE && status->code != CODE_OK);
}

/* The end of the last attempt, after earlier ones of which some may have been done. */
static enum failure conclude(struct task *task, const struct rpc_client *client, bool in_doubt,
                             enum failure failure, struct rpc_status *status)
{
    assert(failure <= FAILURE_NONE);
    status->in_doubt = in_doubt;
    if (!in_doubt)
        return failure;
    bool is_no_answer = client_exchange_refused_for_now(status, task_arena(task)) ||
                        (client->refuses_unasked && status->code != CODE_OK);
    return failure == FAILURE_NONE && !is_no_answer ? FAILURE_NONE
           : failure == FAILURE_NONE                ? FAILURE_INDEFINITE
                                                    : failure_in_doubt(failure);
}

static bool may_try_again(struct task *task, const struct rpc_invocation *invocation,
                          enum failure failure, int attempts_made)
{
    assert(invocation->effect != RPC_BY_NAME);
    bool may_be_done_twice = invocation->effect != RPC_ONCE;
    bool is_worth_it =
        failure == FAILURE_UNAVAILABLE || (failure == FAILURE_INDEFINITE && may_be_done_twice);
    return is_worth_it && attempts_made < invocation->client->attempts_max &&
           !arena_exhausted(task_arena(task));
}

/* Certainly not done, and there is another who may do it: a connection ended and the peer did not
 * see the call, or another replica has taken the place of the one that was asked. */
static bool was_no_attempt(const struct rpc_invocation *invocation, enum failure failure,
                           const struct rpc_status *status, bool has_moved)
{
    assert(invocation->client != NULL);
    return failure == FAILURE_UNAVAILABLE && (has_moved || client_exchange_met_a_goodbye(status));
}

static enum failure call_with_retries(struct task *task, struct rpc_invocation *invocation,
                                      int64_t timeout_ms, ProtobufCMessage **response,
                                      struct rpc_status *status)
{
    int64_t deadline_us = clock_monotonic_us() + timeout_ms * 1000;
    bool in_doubt = invocation->in_doubt;
    for (int made = 1, passed_on = 0;; made++) {
        enum failure failure =
            attempt_run(task, invocation, remaining_ms(deadline_us), response, status);
        bool has_moved = failure != FAILURE_NONE &&
                         client_replicas_has_moved(invocation->client->replicas, invocation->key,
                                                   invocation->replica);
        if (was_no_attempt(invocation, failure, status, has_moved) && passed_on++ < PASSED_ON_MAX)
            made--;
        int64_t pause_ms = has_moved ? 0 : back_off_ms(made);
        if (!may_try_again(task, invocation, failure, made) ||
            pause_ms >= remaining_ms(deadline_us))
            return conclude(task, invocation->client, in_doubt, failure, status);
        in_doubt = in_doubt || !certainly_did_nothing(failure, status);
        failure = task_sleep_ms(task, pause_ms);
        if (failure != FAILURE_NONE)
            return failure;
    }
}

static int64_t timeout_for(const struct task *task, const struct rpc_client *client,
                           const struct rpc_call_options *options)
{
    int64_t task_ms = task_remaining_ms(task);
    bool is_sooner = options->timeout_ms > 0 && options->timeout_ms < client->timeout_ms;
    int64_t timeout_ms = is_sooner ? options->timeout_ms : client->timeout_ms;
    return task_ms < timeout_ms ? task_ms : timeout_ms;
}

static void failure_log(const struct rpc_invocation *invocation, enum failure failure,
                        const struct rpc_status *status)
{
    if (failure != FAILURE_NONE && failure != FAILURE_CANCELLED) {
        log_write(
            LOG_WARN, "rpc_client_failed", log_failure(failure),
            log_text("peer_service", invocation->service->name),
            log_text("peer_method", invocation->service->methods[invocation->method_index].name),
            log_text("code", status_code_name(status->code)),
            log_text("sentence", status->sentence));
    }
}

enum failure rpc_client_call(struct task *task, struct rpc_client *client,
                             const ProtobufCServiceDescriptor *service, unsigned method_index,
                             const ProtobufCMessage *request,
                             const struct rpc_call_options *options, ProtobufCMessage **response,
                             struct rpc_status *status)
{
    static const struct rpc_call_options no_options = {0};
    options = options == NULL ? &no_options : options;
    struct rpc_status untold;
    status = status == NULL ? &untold : status;
    *status = (struct rpc_status){.code = CODE_UNKNOWN, .sentence = "", .reason = ""};
    *response = NULL;
    enum failure failure = arena_exhausted(task_arena(task)) ? FAILURE_EXHAUSTED : task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    struct client_headers headers;
    struct trace_span *span = client_span_begin(task, client, service, method_index);
    failure = client_headers_init(&headers, client, task, span, options->headers);
    if (failure != FAILURE_NONE) {
        client_span_end(span, failure, status);
        return failure;
    }
    struct rpc_invocation invocation = {.client = client,
                                        .service = service,
                                        .method_index = method_index,
                                        .request = request,
                                        .headers = &headers,
                                        .effect = options->effect,
                                        .key = options->key,
                                        .in_doubt = options->in_doubt};
    if (invocation.effect == RPC_BY_NAME)
        invocation.effect = rpc_effect_of(service, method_index);
    failure =
        call_with_retries(task, &invocation, timeout_for(task, client, options), response, status);
    if (invocation.effect == RPC_READS)
        failure = failure_of_reading(failure);
    else if (!options->has_parts && !certainly_did_nothing(failure, status))
        task_note_act(task);
    client_headers_deinit(&headers);
    client_span_end(span, failure, status);
    failure_log(&invocation, failure, status);
    return failure;
}

unsigned rpc_client_replica(struct rpc_client *client, const char *key)
{
    return client_replicas_choose(client->replicas, key);
}

/* ---- generated stubs ---- */

static void stub_remember(ProtobufCService *stub, unsigned method_index,
                          const ProtobufCMessage *request, ProtobufCClosure closure, void *data)
{
    assert(request != NULL);
    (void)closure;
    (void)data;
    struct rpc_client *client =
        (struct rpc_client *)(void *)((char *)stub - offsetof(struct rpc_client, stub));
    client->stubbed_method_index = method_index;
    client->stubbed_request = request;
}

ProtobufCService *rpc_client_stub(struct rpc_client *client,
                                  const ProtobufCServiceDescriptor *service)
{
    client->stub.descriptor = service;
    return &client->stub;
}

enum failure rpc_client_call_stubbed(struct task *task, struct rpc_client *client,
                                     const struct rpc_call_options *options,
                                     ProtobufCMessage **response, struct rpc_status *status)
{
    return rpc_client_call(task, client, client->stub.descriptor, client->stubbed_method_index,
                           client->stubbed_request, options, response, status);
}

unsigned rpc_method_index(const ProtobufCServiceDescriptor *service, const char *method)
{
    const ProtobufCMethodDescriptor *found =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    assert(found != NULL);
    return (unsigned)(found - service->methods);
}
