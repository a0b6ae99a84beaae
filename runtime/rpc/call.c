#include "runtime/rpc/call.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/rpc/serving.h"

struct task *call_task(struct call *call)
{
    assert(call != NULL);
    return call->task;
}

struct arena *call_arena(struct call *call)
{
    assert(call->arena != NULL);
    return call->arena;
}

void *call_context(struct call *call)
{
    assert(call->method != NULL);
    return call->method->context;
}

const char *call_method(const struct call *call)
{
    assert(call->method != NULL);
    return call->method->path;
}

bool call_is_stream(const struct call *call)
{
    assert(call->method != NULL);
    return call->method->client_streams || call->method->server_streams;
}

static const grpc_slice *find_header(const grpc_metadata_array *headers, const char *name)
{
    size_t length = strlen(name);
    for (size_t index = 0; index < headers->count; index++) {
        const grpc_slice *key = &headers->metadata[index].key;
        if (GRPC_SLICE_LENGTH(*key) == length &&
            memcmp(GRPC_SLICE_START_PTR(*key), name, length) == 0)
            return &headers->metadata[index].value;
    }
    return NULL;
}

struct bytes call_header_value(const struct call *call, const char *name)
{
    const grpc_slice *value = find_header(&call->headers, name);
    return value == NULL ? (struct bytes){NULL, 0}
                         : (struct bytes){GRPC_SLICE_START_PTR(*value), GRPC_SLICE_LENGTH(*value)};
}

const char *call_header(const struct call *call, const char *name)
{
    assert(call->arena != NULL);
    struct bytes value = call_header_value(call, name);
    return value.data == NULL ? NULL
                              : arena_strndup(call->arena, (const char *)value.data, value.size);
}

static void note_id(char noted[ID_TEXT_SIZE], const char *text)
{
    struct id id;
    if (text != NULL && id_parse(text, &id))
        id_format(id, noted);
}

void call_note_actor(struct call *call, const char *principal_id, const char *account_id,
                     const char *credential_id)
{
    note_id(call->principal_id, principal_id);
    note_id(call->account_id, account_id);
    note_id(call->credential_id, credential_id);
}

/* An illegal value would make gRPC refuse the answer itself, and the call would never end. */
static bool trailer_is_legal(const char *name, const char *value)
{
    grpc_slice key = grpc_slice_from_static_string(name);
    grpc_slice text = grpc_slice_from_static_string(value);
    return grpc_header_key_is_legal(key) != 0 && grpc_is_binary_header(key) == 0 &&
           grpc_header_nonbin_value_is_legal(text) != 0;
}

void call_set_trailer(struct call *call, const char *name, const char *value)
{
    assert(call->trailer_count <= TRAILERS_MAX && name != NULL && value != NULL);
    if (call->trailer_count == TRAILERS_MAX || !trailer_is_legal(name, value))
        log_write(LOG_WARN, "trailer_dropped", log_text("method", call->method->path),
                  log_text("name", name));
    else
        call->trailers[call->trailer_count++] =
            (struct trailer){arena_strdup(call->arena, name), arena_strdup(call->arena, value)};
}

void *call_response(struct call *call)
{
    assert(call->phase == CALL_RUNNING && call->response == NULL);
    const ProtobufCMessageDescriptor *output =
        call->method->service->descriptor->methods[call->method->index].output;
    ProtobufCMessage *response = arena_alloc(call->arena, output->sizeof_message);
    protobuf_c_message_init(output, response);
    call->response = response;
    return response;
}

enum failure call_await_drain(struct call *call, int64_t duration_ms)
{
    assert(call->server != NULL);
    struct rpc_server *server = call->server;
    enum failure failure = server->draining
                               ? FAILURE_NONE
                               : task_wait_ms(task_current(), &server->changed, duration_ms);
    return failure == FAILURE_NONE && !server->draining ? FAILURE_DEADLINE : failure;
}

enum failure call_await(struct call *call, struct event *event)
{
    const struct rpc_server *server = call->server;
    assert(call->awaited == NULL && task_current() == call->task);
    call->awaited = event;
    enum failure failure = server->draining ? FAILURE_NONE : task_wait(call->task, event);
    call->awaited = NULL;
    return failure == FAILURE_NONE && server->draining ? FAILURE_UNAVAILABLE : failure;
}
