#include "runtime/rpc/client_exchange.h"

#include <assert.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/wire.h"

#define PATH_BYTES_MAX 256

/* ---- headers ---- */

static bool is_legal(const grpc_metadata *entry)
{
    return grpc_header_key_is_legal(entry->key) &&
           (grpc_is_binary_header(entry->key) || grpc_header_nonbin_value_is_legal(entry->value));
}

static bool header_add(struct client_headers *headers, const char *name, const char *value)
{
    assert(headers->count <= RPC_HEADERS_MAX + 3);
    if (headers->count == sizeof headers->entries / sizeof headers->entries[0] || value == NULL)
        return false;
    grpc_metadata *entry = &headers->entries[headers->count++];
    entry->key = grpc_slice_from_copied_string(name);
    entry->value = grpc_slice_from_copied_string(value);
    return is_legal(entry);
}

/* A peer that begins traces itself is only told of one that we did not begin. */
static bool add_trace(struct client_headers *headers, const struct rpc_client *client,
                      const struct task *task, const struct trace_span *span)
{
    char parent[TRACE_PARENT_SIZE];
    assert(headers->count <= 1);
    if (client->peer_begins_traces && !task_continues_trace(task) && span == NULL)
        return true;
    if (span != NULL)
        trace_context_write(&span->context, parent);
    if (!header_add(headers, "traceparent", span != NULL ? parent : task_trace_parent(task)))
        return false;
    return text_is_empty(task_trace_state(task)) ||
           header_add(headers, "tracestate", task_trace_state(task));
}

enum failure client_headers_init(struct client_headers *headers, const struct rpc_client *client,
                                 const struct task *task, const struct trace_span *span,
                                 const struct rpc_header *given)
{
    memset(headers, 0, sizeof *headers);
    bool legal = true;
    if (!text_is_empty(task_request_id(task)))
        legal = header_add(headers, "x-request-id", task_request_id(task));
    legal = legal && add_trace(headers, client, task, span);
    for (const struct rpc_header *header = given; legal && header != NULL && header->name != NULL;
         header++)
        legal = header_add(headers, header->name, header->value);
    if (!legal) {
        client_headers_deinit(headers);
        return FAILURE_INVALID;
    }
    return FAILURE_NONE;
}

void client_headers_deinit(struct client_headers *headers)
{
    assert(headers->count <= RPC_HEADERS_MAX + 3);
    for (size_t i = 0; i < headers->count; i++) {
        grpc_slice_unref(headers->entries[i].key);
        grpc_slice_unref(headers->entries[i].value);
    }
    headers->count = 0;
}

/* ---- life ---- */

static gpr_timespec deadline_in(int64_t timeout_ms)
{
    if (timeout_ms == INT64_MAX)
        return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                        gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
}

void client_exchange_init(struct client_exchange *exchange, struct client_channel *channel,
                          const ProtobufCServiceDescriptor *service, unsigned method_index,
                          int64_t timeout_ms)
{
    assert(method_index < service->n_methods);
    memset(exchange, 0, sizeof *exchange);
    char path[PATH_BYTES_MAX];
    bool fits =
        text_print(path, sizeof path, "/%s/%s", service->name, service->methods[method_index].name);
    assert(fits);
    (void)fits;
    exchange->channel = channel;
    exchange->measure = call_measure_of_asked(service, method_index, channel->measured);
    exchange->started_us = clock_monotonic_us();
    exchange->sentence = grpc_empty_slice();
    grpc_metadata_array_init(&exchange->initial);
    grpc_metadata_array_init(&exchange->trailing);
    grpc_slice path_slice = grpc_slice_from_copied_string(path);
    exchange->call = grpc_channel_create_call(channel->core, NULL, GRPC_PROPAGATE_DEFAULTS,
                                              completion_queue_core(channel->queue), path_slice,
                                              NULL, deadline_in(timeout_ms), NULL);
    grpc_slice_unref(path_slice);
}

void client_exchange_deinit(struct client_exchange *exchange)
{
    grpc_call_unref(exchange->call);
    grpc_metadata_array_destroy(&exchange->initial);
    grpc_metadata_array_destroy(&exchange->trailing);
    grpc_slice_unref(exchange->sentence);
    gpr_free((void *)(uintptr_t)exchange->error);
    client_channels_give_back(exchange->channel);
}

/* ---- operations ---- */

grpc_op client_exchange_send_headers(const struct client_headers *headers)
{
    assert(headers->count <= RPC_HEADERS_MAX + 3);
    grpc_op operation = {.op = GRPC_OP_SEND_INITIAL_METADATA};
    operation.data.send_initial_metadata.count = headers->count;
    operation.data.send_initial_metadata.metadata = (grpc_metadata *)(uintptr_t)headers->entries;
    return operation;
}

grpc_op client_exchange_receive_headers(struct client_exchange *exchange)
{
    grpc_op operation = {.op = GRPC_OP_RECV_INITIAL_METADATA};
    operation.data.recv_initial_metadata.recv_initial_metadata = &exchange->initial;
    return operation;
}

grpc_op client_exchange_receive_status(struct client_exchange *exchange)
{
    grpc_op operation = {.op = GRPC_OP_RECV_STATUS_ON_CLIENT};
    operation.data.recv_status_on_client.trailing_metadata = &exchange->trailing;
    operation.data.recv_status_on_client.status = &exchange->code;
    operation.data.recv_status_on_client.status_details = &exchange->sentence;
    operation.data.recv_status_on_client.error_string = &exchange->error;
    return operation;
}

/* ---- the end of it ---- */

enum failure client_exchange_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type,
                                    struct bytes packed, ProtobufCMessage **message)
{
    assert(type != NULL && message != NULL);
    const char *field_name = NULL;
    switch (wire_unpack(arena, type, packed, message, &field_name)) {
    case WIRE_ACCEPTED:
        return FAILURE_NONE;
    case WIRE_EXHAUSTED:
        return FAILURE_EXHAUSTED;
    case WIRE_MALFORMED:
    case WIRE_TOO_DEEP:
    case WIRE_TEXT:
        break;
    }
    return FAILURE_INTERNAL;
}

static const grpc_slice *trailer_find(const grpc_metadata_array *trailers, const char *name)
{
    for (size_t i = 0; i < trailers->count; i++) {
        if (grpc_slice_str_cmp(trailers->metadata[i].key, name) == 0)
            return &trailers->metadata[i].value;
    }
    return NULL;
}

static enum failure details_take(struct client_exchange *exchange, struct arena *arena,
                                 const grpc_slice *packed, struct rpc_status *status)
{
    size_t size = GRPC_SLICE_LENGTH(*packed);
    const uint8_t *data = arena_try_memdup(arena, GRPC_SLICE_START_PTR(*packed), size);
    if (data == NULL)
        return FAILURE_EXHAUSTED;
    struct status details;
    status->packed = (struct bytes){data, size};
    assert(status->code != CODE_OK && !exchange->is_peers);
    if (status_unpack(arena, status->packed, &details)) {
        exchange->is_peers = true;
        status->reason = details.reason;
    }
    return FAILURE_NONE;
}

enum failure client_exchange_read(struct client_exchange *exchange, struct arena *arena,
                                  struct rpc_status *status)
{
    enum code code = (enum code)exchange->code;
    call_measure_asked(exchange->measure, code, clock_monotonic_us() - exchange->started_us);
    *status = (struct rpc_status){.code = code,
                                  .sentence = "",
                                  .reason = "",
                                  .is_masked =
                                      trailer_find(&exchange->trailing, "kontor-masked") != NULL};
    if (code == CODE_OK)
        return FAILURE_NONE;
    const char *sentence =
        arena_strndup(arena, (const char *)GRPC_SLICE_START_PTR(exchange->sentence),
                      GRPC_SLICE_LENGTH(exchange->sentence));
    status->sentence = sentence;
    const grpc_slice *packed = trailer_find(&exchange->trailing, STATUS_TRAILER);
    if (packed != NULL)
        return details_take(exchange, arena, packed, status);
    status->packed = status_pack(arena, &(struct status){.code = code, .sentence = sentence});
    return status->packed.data == NULL ? FAILURE_EXHAUSTED : FAILURE_NONE;
}

static bool error_says(const struct client_exchange *exchange, const char *words)
{
    return exchange->error != NULL && strstr(exchange->error, words) != NULL;
}

/* Until a connection took the request, gRPC names the target in place of the peer (client_channel.c
 * spells them apart). A deadline or a cancel leaves it so as well, hence only for UNAVAILABLE; and
 * what a connection said is reported as an error "received". */
static bool was_never_sent(const struct client_exchange *exchange)
{
    char *peer = grpc_call_get_peer(exchange->call);
    char *target = grpc_channel_get_target(exchange->channel->core);
    bool no_peer = peer != NULL && target != NULL && strcmp(peer, target) == 0;
    gpr_free(peer);
    gpr_free(target);
    return no_peer && exchange->error != NULL && !error_says(exchange, "Error received from");
}

/* A peer that hangs up tells the last stream that it looked at, one that has enough streams refuses
 * the next (RFC 9113, 6.8 and 8.7): not a word of what it did not look at reached a handler. gRPC
 * says so in these words, and in others of a stream that was looked at. */
static bool says_goodbye(const struct rpc_status *status)
{
    return text_equal(status->sentence, "GOAWAY received");
}

bool client_exchange_met_a_goodbye(const struct rpc_status *status)
{
    return status->code == CODE_UNAVAILABLE && text_is_empty(status->reason) &&
           says_goodbye(status);
}

static bool was_refused_unseen(const struct rpc_status *status)
{
    enum { REFUSED_STREAM = 7 };
    char reset[64];
    bool fits =
        text_print(reset, sizeof reset, "Received RST_STREAM with error code %d", REFUSED_STREAM);
    return fits && (text_equal(status->sentence, reset) || says_goodbye(status));
}

/* The peer's reason for UNAVAILABLE claims that nothing was done. */
static bool claims_nothing(const char *reason)
{
    return text_equal(reason, STATUS_REASON_UNAVAILABLE) ||
           text_equal(reason, STATUS_REASON_CONFLICT);
}

enum failure client_exchange_judge_peers(const struct rpc_status *status)
{
    const char *reason = status->reason;
    switch (status->code) {
    case CODE_UNAVAILABLE:
        return text_equal(reason, STATUS_REASON_LOCKED)
                   ? FAILURE_LOCKED /* it has waited for us, and tried again */
               : claims_nothing(reason) ? FAILURE_UNAVAILABLE
                                        : FAILURE_INDEFINITE;
    case CODE_CANCELLED:
        return FAILURE_INDEFINITE;
    case CODE_INTERNAL:
    case CODE_UNKNOWN:
    case CODE_DATA_LOSS:
        return FAILURE_INTERNAL;
    case CODE_DEADLINE_EXCEEDED:
        return FAILURE_DEADLINE;
    case CODE_RESOURCE_EXHAUSTED:
        return text_equal(reason, STATUS_REASON_OVERLOADED)  ? FAILURE_UNAVAILABLE
               : text_equal(reason, STATUS_REASON_EXHAUSTED) ? FAILURE_EXHAUSTED
                                                             : FAILURE_NONE;
    case CODE_OK:
    case CODE_INVALID_ARGUMENT:
    case CODE_NOT_FOUND:
    case CODE_ALREADY_EXISTS:
    case CODE_PERMISSION_DENIED:
    case CODE_FAILED_PRECONDITION:
    case CODE_ABORTED:
    case CODE_OUT_OF_RANGE:
    case CODE_UNIMPLEMENTED:
    case CODE_UNAUTHENTICATED:
        return FAILURE_NONE;
    }
    return FAILURE_INTERNAL;
}

/* gRPC says at either end "Received message larger than max (200023 vs. 100000)". With our maximum
 * it is about the answer. */
static bool request_was_too_large(const struct client_exchange *exchange,
                                  const struct rpc_status *status)
{
    char ours[32];
    bool fits = text_print(ours, sizeof ours, " vs. %zu)", exchange->channel->message_bytes_max);
    return fits && strstr(status->sentence, "larger than max") != NULL &&
           strstr(status->sentence, ours) == NULL;
}

/* Without a google.rpc.Status it is gRPC's own word. Of too large a message: the peer's about the
 * request, which was never handed on; or ours about the answer. UNKNOWN and INTERNAL are a
 * connection's own: a stream reset, or removed when its connection broke. */
enum failure client_exchange_judge(const struct client_exchange *exchange,
                                   const struct rpc_status *status)
{
    assert(exchange->channel != NULL);
    if (exchange->is_peers)
        return client_exchange_judge_peers(status);
    if (status->code == CODE_UNAVAILABLE)
        return was_never_sent(exchange) || was_refused_unseen(status) ? FAILURE_UNAVAILABLE
                                                                      : FAILURE_INDEFINITE;
    if (status->code == CODE_RESOURCE_EXHAUSTED)
        return exchange->only_reads || request_was_too_large(exchange, status) ? FAILURE_EXHAUSTED
                                                                               : FAILURE_INDEFINITE;
    if (status->code == CODE_INTERNAL || status->code == CODE_UNKNOWN)
        return FAILURE_INDEFINITE;
    return client_exchange_judge_peers(status);
}

/* A peer that says CONFLICT or LOCKED is there, and another would meet the same; INDEFINITE is of
 * this call alone. */
bool client_exchange_met_nobody(const struct client_exchange *exchange,
                                const struct rpc_status *status)
{
    if (status->code != CODE_UNAVAILABLE)
        return false;
    if (!exchange->is_peers)
        return !was_refused_unseen(status);
    bool is_of_this_call = text_equal(status->reason, STATUS_REASON_CONFLICT) ||
                           text_equal(status->reason, STATUS_REASON_LOCKED) ||
                           text_equal(status->reason, STATUS_REASON_INDEFINITE);
    return !is_of_this_call;
}

bool client_exchange_refused_for_now(const struct rpc_status *status, struct arena *arena)
{
    struct status details;
    if (status->code == CODE_UNAUTHENTICATED || status->code == CODE_PERMISSION_DENIED)
        return true;
    return status->code != CODE_OK &&
           (!status_unpack(arena, status->packed, &details) || details.retry_after_ms > 0);
}
