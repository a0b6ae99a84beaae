/* The messages of a call: read from bytes that a stranger chose, and sent. */
#include <assert.h>

#include "runtime/rpc/message.h"
#include "runtime/rpc/serving.h"
#include "runtime/rpc/wire.h"

const struct refusal call_malformed = {"MALFORMED", NEVER, CODE_INVALID_ARGUMENT,
                                       "The request is not the message this method takes."};
static const struct refusal too_deep = {"TOO_DEEP", NEVER, CODE_INVALID_ARGUMENT,
                                        "The request nests more messages than are read."};
static const struct refusal too_large = {"TOO_LARGE", NEVER, CODE_RESOURCE_EXHAUSTED,
                                         "The request takes more memory than a call may have."};

static int call_refuse_bytes(struct call *call, enum wire_verdict verdict, const char *field_name)
{
    switch (verdict) {
    case WIRE_MALFORMED:
        return call_refuse(call, &call_malformed, NO_TERMS);
    case WIRE_TOO_DEEP:
        return call_refuse(call, &too_deep, NO_TERMS);
    case WIRE_TEXT:
        return call_invalid(call, field_name, FAULT_NOT_UTF8,
                            "Text must be UTF-8 without NUL characters.");
    case WIRE_EXHAUSTED:
        return call_refuse(call, &too_large, NO_TERMS);
    case WIRE_ACCEPTED:
        break;
    }
    return 0;
}

static int call_unpack(struct call *call, struct arena *arena, const ProtobufCMessage **message)
{
    assert(call->message != NULL);
    const ProtobufCMessageDescriptor *input =
        call->method->service->descriptor->methods[call->method->index].input;
    struct arena_mark mark = arena_mark(arena);
    struct bytes bytes = message_buffer_bytes(arena, call->message);
    const char *field_name = "";
    ProtobufCMessage *unpacked = NULL;
    enum wire_verdict verdict = bytes.data == NULL
                                    ? WIRE_EXHAUSTED
                                    : wire_unpack(arena, input, bytes, &unpacked, &field_name);
    message_buffer_wipe(call->message);
    call->message = NULL;
    *message = unpacked;
    if (verdict == WIRE_EXHAUSTED)
        arena_rewind(arena, mark); /* the refusal says all there is to say */
    return call_refuse_bytes(call, verdict, field_name);
}

int call_read_request(struct call *call, const ProtobufCMessage **request)
{
    assert(call->task != NULL && call->phase == CALL_RUNNING);
    *request = NULL;
    if (call_is_stream(call))
        return 0;
    enum failure failure = call_await_message(call, call->server->settings.request_wait_ms);
    if (failure != FAILURE_NONE)
        return failure;
    if (call->message == NULL)
        return call_refuse(call, &call_malformed, NO_TERMS);
    return call_unpack(call, call->arena, request);
}

/* ---- streams ---- */

enum failure call_receive_into(struct call *call, struct arena *arena,
                               const ProtobufCMessage **message)
{
    *message = NULL;
    enum failure failure = call_await_message(call, INT64_MAX);
    if (failure != FAILURE_NONE || call->message == NULL)
        return failure;
    return call_unpack(call, arena, message) == 0 ? FAILURE_NONE : FAILURE_INVALID;
}

enum failure call_receive(struct call *call, const ProtobufCMessage **message)
{
    arena_reset(&call->receive_arena);
    return call_receive_into(call, &call->receive_arena, message);
}

enum failure call_send(struct call *call, const ProtobufCMessage *message)
{
    assert(call->method->server_streams || call->method->client_streams);
    enum failure state = task_state(call->task);
    bool lacks_memory = arena_exhausted(call->arena) || arena_exhausted(task_arena(task_current()));
    if (state == FAILURE_NONE && lacks_memory)
        state = FAILURE_EXHAUSTED;
    return state != FAILURE_NONE ? state : call_send_message(call, message);
}
