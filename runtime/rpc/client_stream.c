#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/rpc/client_exchange.h"
#include "runtime/rpc/message.h"

#define MESSAGE_ARENA_BYTES_MAX (16 * 1024 * 1024)

/* An operation of the stream and who awaits it. */
struct step {
    struct completion completion;
    struct event ended;
    bool success;
};

struct rpc_client_stream {
    struct task *task;
    struct rpc_client *client;
    struct client_exchange exchange;
    struct client_headers headers;
    struct trace_span *span;
    const ProtobufCMethodDescriptor *method;
    enum rpc_effect effect;
    struct step status; /* begun at open, ends with the stream */
    struct step sending;
    struct step receiving;
    struct arena message_arena; /* of the message lent last */
    bool end_received;
};

static void step_ended(struct completion *completion, bool success)
{
    struct step *step =
        (struct step *)(void *)((char *)completion - offsetof(struct step, completion));
    step->success = success;
    event_signal(&step->ended);
}

static bool step_start(struct rpc_client_stream *stream, struct step *step,
                       const grpc_op *operations, size_t count)
{
    step->ended = EVENT_INIT;
    step->completion.function = step_ended;
    return completion_start_batch(stream->exchange.channel->queue, stream->exchange.call,
                                  operations, count, &step->completion);
}

/* Operations work on the stream's memory, so an unwanted one is cancelled and its end awaited. */
static enum failure step_await(struct rpc_client_stream *stream, struct step *step)
{
    enum failure failure = task_wait(stream->task, &step->ended);
    if (failure != FAILURE_NONE) {
        grpc_call_cancel(stream->exchange.call, NULL);
        task_wait_to_the_end(stream->task, &step->ended);
    }
    return failure;
}

/* ---- life ---- */

static bool stream_start(struct rpc_client_stream *stream)
{
    grpc_op operations[] = {
        client_exchange_send_headers(&stream->headers),
        client_exchange_receive_headers(&stream->exchange),
        client_exchange_receive_status(&stream->exchange),
    };
    return step_start(stream, &stream->status, operations,
                      sizeof operations / sizeof operations[0]);
}

static void stream_free(struct rpc_client_stream *stream)
{
    client_exchange_deinit(&stream->exchange);
    client_headers_deinit(&stream->headers);
    arena_deinit(&stream->message_arena);
    free(stream);
}

enum failure rpc_client_stream_open(struct task *task, struct rpc_client *client,
                                    const ProtobufCServiceDescriptor *service,
                                    unsigned method_index, const struct rpc_call_options *options,
                                    struct rpc_client_stream **stream)
{
    *stream = NULL;
    enum failure failure = arena_exhausted(task_arena(task)) ? FAILURE_EXHAUSTED : task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    struct rpc_client_stream *opened = calloc(1, sizeof *opened);
    assert(opened != NULL);
    opened->span = client_span_begin(task, client, service, method_index);
    failure = client_headers_init(&opened->headers, client, task, opened->span,
                                  options == NULL ? NULL : options->headers);
    if (failure != FAILURE_NONE) {
        span_free(opened->span);
        free(opened);
        return failure;
    }
    assert(method_index < service->n_methods);
    opened->task = task;
    opened->client = client;
    opened->method = &service->methods[method_index];
    opened->effect = options == NULL || options->effect == RPC_BY_NAME
                         ? rpc_effect_of(service, method_index)
                         : options->effect;
    arena_init(&opened->message_arena, MESSAGE_ARENA_BYTES_MAX);
    client_exchange_init(
        &opened->exchange,
        client_replicas_take(client->replicas, options == NULL ? NULL : options->key), service,
        method_index, task_remaining_ms(task));
    opened->exchange.only_reads = opened->effect == RPC_READS;
    if (!stream_start(opened)) {
        span_free(opened->span);
        stream_free(opened);
        return FAILURE_INTERNAL;
    }
    *stream = opened;
    return FAILURE_NONE;
}

/* ---- messages ---- */

static enum failure send(struct rpc_client_stream *stream, const grpc_op *operation)
{
    enum failure failure =
        arena_exhausted(task_arena(stream->task)) ? FAILURE_EXHAUSTED : task_state(stream->task);
    if (failure == FAILURE_NONE && !step_start(stream, &stream->sending, operation, 1))
        return FAILURE_INTERNAL;
    if (failure == FAILURE_NONE && stream->effect != RPC_READS)
        task_note_act(stream->task);
    if (failure == FAILURE_NONE)
        failure = step_await(stream, &stream->sending);
    return failure == FAILURE_NONE && !stream->sending.success ? FAILURE_INDEFINITE : failure;
}

enum failure rpc_client_stream_send(struct rpc_client_stream *stream,
                                    const ProtobufCMessage *message)
{
    assert(message->descriptor == stream->method->input);
    grpc_byte_buffer *buffer = message_to_buffer(message);
    enum failure failure = send(
        stream, &(grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = buffer});
    grpc_byte_buffer_destroy(buffer);
    return failure;
}

enum failure rpc_client_stream_send_end(struct rpc_client_stream *stream)
{
    return send(stream, &(grpc_op){.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT});
}

static enum failure message_read(struct rpc_client_stream *stream, grpc_byte_buffer *received,
                                 const ProtobufCMessage **message)
{
    struct bytes packed = message_buffer_bytes(&stream->message_arena, received);
    if (packed.data == NULL)
        return FAILURE_EXHAUSTED;
    ProtobufCMessage *unpacked = NULL;
    enum failure failure =
        client_exchange_unpack(&stream->message_arena, stream->method->output, packed, &unpacked);
    *message = unpacked;
    return failure;
}

enum failure rpc_client_stream_receive(struct rpc_client_stream *stream,
                                       const ProtobufCMessage **message)
{
    *message = NULL;
    arena_reset(&stream->message_arena);
    enum failure failure = task_state(stream->task);
    if (failure != FAILURE_NONE)
        return failure;
    grpc_byte_buffer *received = NULL;
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &received};
    if (!step_start(stream, &stream->receiving, &operation, 1))
        return FAILURE_INTERNAL;
    failure = step_await(stream, &stream->receiving);
    if (failure == FAILURE_NONE && received != NULL) {
        failure = message_read(stream, received, message);
    } else if (failure == FAILURE_NONE) {
        stream->end_received = true;
    }
    message_buffer_wipe(received);
    return failure;
}

/* ---- the end ---- */

enum failure rpc_client_stream_finish(struct rpc_client_stream *stream, struct rpc_status *status)
{
    struct rpc_status untold;
    status = status == NULL ? &untold : status;
    if (!stream->end_received)
        grpc_call_cancel(stream->exchange.call, NULL);
    task_wait_to_the_end(stream->task, &stream->status.ended);
    enum failure failure =
        client_exchange_read(&stream->exchange, task_arena(stream->task), status);
    if (failure == FAILURE_NONE && stream->end_received) {
        bool unwanted = status->code == CODE_CANCELLED && task_state(stream->task) != FAILURE_NONE;
        failure =
            unwanted ? task_state(stream->task) : client_exchange_judge(&stream->exchange, status);
    }
    if (client_exchange_met_nobody(&stream->exchange, status))
        client_replicas_rest(stream->client->replicas, stream->exchange.channel->replica);
    if (stream->effect == RPC_READS)
        failure = failure_of_reading(failure);
    bool is_ours = !stream->end_received && status->code == CODE_CANCELLED;
    client_span_end(stream->span, failure, is_ours ? NULL : status);
    stream_free(stream);
    return failure;
}
