#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/serving.h"

/* The exchange of a call with gRPC: each batch of operations, and what keeps the call alive
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
    assert(call->phase == CALL_ANSWERED || call->phase == CALL_TURNED_AWAY);
    struct rpc_server *server = call->server;
    arena_deinit(&call->refusal_arena);
    message_buffer_wipe(call->message);
    grpc_metadata_array_destroy(&call->headers);
    grpc_call_unref(call->core);
    server_call_ended(server, call);
    free(call);
}

#define SEND_ENDS_MS 100

bool call_start(struct call *call, const grpc_op *operations, size_t count,
                struct completion *completion,
                void (*function)(struct completion *completion, bool success))
{
    assert(call->references > 0 && count > 0);
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

bool call_is_at_door(const struct call *call)
{
    return call->server->settings.is_door;
}

static void call_received(struct completion *completion, bool success)
{
    struct call *call = CALL_OF(completion, received);
    call_move_receiving(call, success ? RECEIVING_CAME : RECEIVING_BROKEN);
    event_signal(&call->received_event);
    if (call->phase == CALL_WAITING)
        call->message_came(call);
    call_release(call);
}

void call_start_receiving(struct call *call)
{
    call_move_receiving(call, RECEIVING_ASKED);
    message_buffer_wipe(call->message);
    call->message = NULL;
    call->received_event = EVENT_INIT;
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE,
                         .data.recv_message.recv_message = &call->message};
    if (!call_start(call, &operation, 1, &call->received, call_received))
        call_move_receiving(call, RECEIVING_BROKEN);
}

/* A message that did not come in time is still asked for: the next who awaits one gets it. */
static enum failure await_received(struct call *call, int64_t duration_ms)
{
    if (call->receiving == RECEIVING_NOTHING)
        call_start_receiving(call);
    enum failure failure = call->receiving == RECEIVING_ASKED
                               ? task_wait_ms(call->task, &call->received_event, duration_ms)
                               : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    if (call->receiving == RECEIVING_BROKEN || call->was_cancelled)
        return FAILURE_CANCELLED;
    call_move_receiving(call, RECEIVING_NOTHING);
    assert(call->phase == CALL_RUNNING || call->phase == CALL_FINISHED);
    return FAILURE_NONE;
}

/* gRPC reports a stream that broke as it reports one that ended: by no message. The word that it
 * broke follows closely, from whatever thread: a receive that meets it on its way holds it back
 * (gRPC's message size filter), and the one after that comes back behind it. */
static enum failure await_whether_it_broke(struct call *call)
{
    enum failure failure = FAILURE_NONE;
    for (int turn = 0; failure == FAILURE_NONE && turn < 2; turn++)
        failure = await_received(call, INT64_MAX);
    return failure;
}

enum failure call_await_message(struct call *call, int64_t duration_ms)
{
    assert(call->task != NULL && task_current() != NULL);
    if (call->receiving == RECEIVING_ENDED)
        return FAILURE_NONE;
    enum failure failure = await_received(call, duration_ms);
    if (failure == FAILURE_NONE && call->message == NULL && call->method->client_streams)
        failure = await_whether_it_broke(call);
    bool was_last =
        call->message == NULL || !(call->method->client_streams || call_is_at_door(call));
    if (failure == FAILURE_NONE && was_last)
        call_move_receiving(call, RECEIVING_ENDED);
    return failure;
}

void call_hear_out(struct call *call, int64_t duration_ms)
{
    assert(duration_ms >= 0);
    int64_t until_us = clock_monotonic_us() + duration_ms * 1000, left_ms = duration_ms;
    enum failure failure = FAILURE_NONE;
    bool said_all = call->receiving == RECEIVING_ENDED;
    while (failure == FAILURE_NONE && !said_all && left_ms > 0) {
        failure = await_received(call, left_ms);
        said_all = failure == FAILURE_NONE && call->message == NULL;
        left_ms = (until_us - clock_monotonic_us()) / 1000;
    }
}

/* ---- sending ---- */

static void call_sent(struct completion *completion, bool success)
{
    struct call *call = CALL_OF(completion, sent);
    if (call->sending == SENDING_UNDER_WAY) /* else it was given up */
        call_move_sending(call, success ? SENDING_TAKEN : SENDING_BROKEN);
    event_signal(&call->sent_event);
    call_release(call);
}

size_t call_add_initial(const struct call *call, grpc_op *operations)
{
    if (call->sending != SENDING_NOTHING)
        return 0;
    operations[0] = (grpc_op){.op = GRPC_OP_SEND_INITIAL_METADATA};
    return 1;
}

/* A send that is under way cannot be followed by a status. It is given a moment, for its client
 * mostly has it by now; then who no longer waits for it cancels the call. */
static enum failure call_give_up_sending(struct call *call, struct task *task, enum failure failure)
{
    assert(failure != FAILURE_NONE);
    if (task_wait_to_the_end_ms(task, &call->sent_event, SEND_ENDS_MS))
        return failure;
    enum code code = failure == FAILURE_DEADLINE ? CODE_DEADLINE_EXCEEDED
                     : call->was_cancelled       ? CODE_CANCELLED
                                                 : CODE_UNAVAILABLE;
    call_move_sending(call, SENDING_CLOSED);
    grpc_call_cancel_with_status(call->core, (grpc_status_code)code, failure_sentence(failure),
                                 NULL);
    task_wait_to_the_end(task, &call->sent_event);
    return failure;
}

enum failure call_send_message(struct call *call, const ProtobufCMessage *message)
{
    grpc_op operations[2];
    if (call->sending == SENDING_BROKEN || call->sending == SENDING_CLOSED)
        return FAILURE_CANCELLED;
    assert(call->phase == CALL_RUNNING || call->phase == CALL_FINISHED);
    size_t count = call_add_initial(call, operations);
    grpc_byte_buffer *buffer = message_to_buffer(message);
    operations[count++] =
        (grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer};
    call->sent_event = EVENT_INIT;
    call_move_sending(call, SENDING_UNDER_WAY);
    bool started = call_start(call, operations, count, &call->sent, call_sent);
    grpc_byte_buffer_destroy(buffer);
    if (!started) {
        call_move_sending(call, SENDING_BROKEN);
        return FAILURE_CANCELLED;
    }
    struct task *task = task_current(); /* not always the call's own */
    enum failure failure = task_wait(task, &call->sent_event);
    if (failure != FAILURE_NONE)
        return call_give_up_sending(call, task, failure);
    return call->sending == SENDING_TAKEN ? FAILURE_NONE : FAILURE_CANCELLED;
}
