#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/serving.h"

/* What a call exchanges with gRPC: each batch of operations, and what keeps the call alive
 * meanwhile. */

/* ---- the references to a call: its task and each batch under way ---- */

struct call *call_hold(struct call *call)
{
    call->references++;
    return call;
}

void call_release(struct call *call)
{
    assert(call->references > 0);
    if (--call->references > 0)
        return;
    struct rpc_server *server = call->server;
    arena_deinit(&call->refusal_arena);
    message_buffer_wipe(call->message);
    grpc_metadata_array_destroy(&call->headers);
    grpc_call_unref(call->core);
    server_call_ended(server, call);
    free(call);
}

#define SEND_ENDS_MS 100

#define CALL_OF(completion, member) \
    ((struct call *)(void *)((char *)(completion)-offsetof(struct call, member)))

/* Holds the call until function ran. false: gRPC takes no more batches on it. */
static bool call_start(struct call *call, const grpc_op *operations, size_t count,
                       struct completion *completion,
                       void (*function)(struct completion *completion, bool success))
{
    completion->function = function;
    call_hold(call);
    if (completion_start_batch(call->server->queue, call->core, operations, count, completion))
        return true;
    call_release(call);
    return false;
}

/* ---- the end of the client ---- */

static void call_closed(struct completion *completion, bool success)
{
    struct call *call = CALL_OF(completion, closed);
    (void)success;
    call->was_cancelled = call->is_cancelled != 0;
    if (call->was_cancelled && call->task != NULL)
        task_cancel(call->task);
    call_release(call);
}

/* A batch of its own, at once: without it a waiting handler never learns of a cancel
 * (runtime.md 3.1). */
void call_watch_close(struct call *call)
{
    grpc_op operation = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER,
                         .data.recv_close_on_server.cancelled = &call->is_cancelled};
    bool started = call_start(call, &operation, 1, &call->closed, call_closed);
    assert(started);
    (void)started;
}

/* ---- receiving ---- */

static void call_received(struct completion *completion, bool success)
{
    struct call *call = CALL_OF(completion, received);
    call->receive_failed = !success;
    call->is_receiving = false;
    event_signal(&call->received_event);
    if (call->is_waiting) {
        serve_message_came(call);
        places_leave_waiting(
            call); /* after it has its place, so that a drain sees it at one of the two */
    }
    call_release(call);
}

void call_start_receiving(struct call *call)
{
    message_buffer_wipe(call->message);
    call->message = NULL;
    call->received_event = EVENT_INIT;
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE,
                         .data.recv_message.recv_message = &call->message};
    call->is_receiving = call_start(call, &operation, 1, &call->received, call_received);
    call->receive_failed = !call->is_receiving;
}

static enum failure await_received(struct call *call, int64_t duration_ms)
{
    enum failure failure = call->is_receiving
                               ? task_wait_ms(call->task, &call->received_event, duration_ms)
                               : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    return call->receive_failed || call->was_cancelled ? FAILURE_CANCELLED : FAILURE_NONE;
}

/* gRPC reports a stream that broke as it reports one that ended: by no message. The word that it
 * broke follows closely, from whatever thread: a receive that meets it on its way holds it back
 * (gRPC's message size filter), and the one after that comes back behind it. */
static enum failure await_whether_it_broke(struct call *call)
{
    enum failure failure = FAILURE_NONE;
    for (int turn = 0; failure == FAILURE_NONE && turn < 2; turn++) {
        call_start_receiving(call);
        failure = await_received(call, INT64_MAX);
    }
    return failure;
}

enum failure call_await_message(struct call *call, int64_t duration_ms)
{
    if (!call->has_message_coming)
        call_start_receiving(call);
    call->has_message_coming = false;
    enum failure failure = await_received(call, duration_ms);
    if (failure == FAILURE_NONE && call->message == NULL && call->method->client_streams)
        failure = await_whether_it_broke(call);
    return failure;
}

void call_hear_out(struct call *call, int64_t duration_ms)
{
    int64_t until_us = clock_monotonic_us() + duration_ms * 1000, left_ms = duration_ms;
    enum failure failure = FAILURE_NONE;
    bool said_all = false;
    while (failure == FAILURE_NONE && !said_all && left_ms > 0) {
        if (!call->is_receiving)
            call_start_receiving(call);
        failure = await_received(call, left_ms);
        said_all = failure == FAILURE_NONE && call->message == NULL;
        left_ms = (until_us - clock_monotonic_us()) / 1000;
    }
}

/* ---- sending ---- */

static void call_sent(struct completion *completion, bool success)
{
    struct call *call = CALL_OF(completion, sent);
    call->is_sent = success;
    event_signal(&call->sent_event);
    call_release(call);
}

static size_t add_initial(struct call *call, grpc_op *operations)
{
    if (call->initial_sent)
        return 0;
    call->initial_sent = true;
    operations[0] = (grpc_op){.op = GRPC_OP_SEND_INITIAL_METADATA};
    return 1;
}

/* A send that is under way cannot be followed by a status. It is given a moment, for its client
 * mostly has it by now; then who no longer waits for it cancels the call. */
static enum failure call_give_up_sending(struct call *call, struct task *task, enum failure failure)
{
    if (task_wait_to_the_end_ms(task, &call->sent_event, SEND_ENDS_MS))
        return failure;
    enum code code = failure == FAILURE_DEADLINE ? CODE_DEADLINE_EXCEEDED
                     : call->was_cancelled       ? CODE_CANCELLED
                                                 : CODE_UNAVAILABLE;
    call->ended = true;
    grpc_call_cancel_with_status(call->core, (grpc_status_code)code, failure_sentence(failure),
                                 NULL);
    task_wait_to_the_end(task, &call->sent_event);
    return failure;
}

enum failure call_send_message(struct call *call, const ProtobufCMessage *message)
{
    grpc_op operations[2];
    size_t count = add_initial(call, operations);
    grpc_byte_buffer *buffer = message_to_buffer(message);
    operations[count++] =
        (grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer};
    call->sent_event = EVENT_INIT;
    bool started = call_start(call, operations, count, &call->sent, call_sent);
    grpc_byte_buffer_destroy(buffer);
    if (!started)
        return FAILURE_CANCELLED;
    struct task *task = task_current(); /* not always the call's own */
    enum failure failure = task_wait(task, &call->sent_event);
    if (failure != FAILURE_NONE)
        return call_give_up_sending(call, task, failure);
    return call->is_sent ? FAILURE_NONE : FAILURE_CANCELLED;
}

/* ---- the answer ---- */

static void call_answered(struct completion *completion, bool success)
{
    (void)success;
    call_release(CALL_OF(completion, answered));
}

static grpc_metadata metadata_of(const char *name, const void *value, size_t size)
{
    return (grpc_metadata){.key = grpc_slice_from_copied_string(name),
                           .value = grpc_slice_from_copied_buffer(value, size)};
}

static size_t answer_trailers(struct call *call, grpc_metadata *trailers)
{
    size_t count = 0;
    for (; count < call->trailer_count; count++)
        trailers[count] = metadata_of(call->trailers[count].name, call->trailers[count].value,
                                      strlen(call->trailers[count].value));
    struct bytes details =
        call->status.code == CODE_OK ? (struct bytes){NULL, 0} : call_status_packed(call);
    if (details.size == 0 && call->status.code != CODE_OK &&
        call->task != NULL) { /* there is no room for all that was to be said */
        call_fail(call, FAILURE_EXHAUSTED);
        details = call_status_packed(call);
    }
    if (details.size > 0)
        trailers[count++] = metadata_of(STATUS_TRAILER, details.data, details.size);
    if (call->status.code != CODE_OK && call->task != NULL)
        trailers[count++] = metadata_of(REQUEST_ID_HEADER, task_request_id(call->task),
                                        strlen(task_request_id(call->task)));
    return count;
}

static bool call_start_answer(struct call *call, grpc_metadata *trailers, size_t trailer_count)
{
    grpc_op operations[3];
    size_t count = add_initial(call, operations);
    grpc_byte_buffer *buffer = NULL;
    if (call->status.code == CODE_OK && call->response != NULL) {
        buffer = message_to_buffer(call->response);
        operations[count++] =
            (grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer};
    }
    grpc_slice sentence =
        grpc_slice_from_copied_string(call->status.sentence == NULL ? "" : call->status.sentence);
    operations[count] = (grpc_op){.op = GRPC_OP_SEND_STATUS_FROM_SERVER};
    operations[count].data.send_status_from_server.trailing_metadata_count = trailer_count;
    operations[count].data.send_status_from_server.trailing_metadata = trailers;
    operations[count].data.send_status_from_server.status = (grpc_status_code)call->status.code;
    operations[count].data.send_status_from_server.status_details = &sentence;
    bool started = call_start(call, operations, count + 1, &call->answered, call_answered);
    grpc_slice_unref(sentence);
    grpc_byte_buffer_destroy(buffer);
    return started;
}

void call_answer(struct call *call)
{
    grpc_metadata trailers[TRAILERS_MAX + 2];
    size_t count = answer_trailers(call, trailers);
    call->ended = true;
    if (!call_start_answer(call, trailers, count))
        grpc_call_cancel_with_status(call->core, GRPC_STATUS_INTERNAL,
                                     "The answer could not be sent.", NULL);
    for (size_t index = 0; index < count; index++) {
        grpc_slice_unref(trailers[index].key);
        grpc_slice_unref(trailers[index].value);
    }
}
