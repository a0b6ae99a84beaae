/* The trace of a call: read from its headers, and told by its span in OpenTelemetry's words (the
 * RPC conventions, stable since 1.45). */
#include <assert.h>
#include <string.h>

#include "runtime/rpc/serving.h"

#define TRACE_PARENT_HEADER "traceparent"
#define TRACE_STATE_HEADER "tracestate"

static bool is_named(const grpc_metadata *header, const char *name)
{
    return grpc_slice_str_cmp(header->key, name) == 0;
}

/* Several headers tracestate are one list; one that does not fit is none. */
static void read_state(const struct call *call, char *state)
{
    size_t length = 0;
    assert(state[0] == '\0');
    for (size_t i = 0; i < call->headers.count; i++) {
        const grpc_metadata *header = &call->headers.metadata[i];
        if (!is_named(header, TRACE_STATE_HEADER))
            continue;
        size_t size = GRPC_SLICE_LENGTH(header->value);
        size_t comma = length > 0;
        assert(length <= TRACE_STATE_BYTES_MAX);
        if (length + comma + size > TRACE_STATE_BYTES_MAX) {
            length = 0;
            break;
        }
        if (comma > 0)
            state[length] = ',';
        memcpy(state + length + comma, GRPC_SLICE_START_PTR(header->value), size);
        length += comma + size;
    }
    state[length] = '\0';
    if (strlen(state) != length || !trace_state_is_valid(state))
        state[0] = '\0';
}

/* More than one traceparent is none. */
void call_trace_read(const struct call *call, struct caller_trace *trace)
{
    const grpc_metadata *parent = NULL;
    size_t count = 0;
    trace->parent[0] = trace->state[0] = '\0';
    for (size_t i = 0; i < call->headers.count; i++) {
        if (is_named(&call->headers.metadata[i], TRACE_PARENT_HEADER)) {
            parent = &call->headers.metadata[i];
            count++;
        }
    }
    if (count != 1 || GRPC_SLICE_LENGTH(parent->value) >= sizeof trace->parent)
        return;
    memcpy(trace->parent, GRPC_SLICE_START_PTR(parent->value), GRPC_SLICE_LENGTH(parent->value));
    trace->parent[GRPC_SLICE_LENGTH(parent->value)] = '\0';
    read_state(call, trace->state);
}

bool code_is_a_servers_fault(enum code code)
{
    switch (code) {
    case CODE_UNKNOWN:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_UNIMPLEMENTED:
    case CODE_INTERNAL:
    case CODE_UNAVAILABLE:
    case CODE_DATA_LOSS:
        return true;
    default:
        return false;
    }
}

void call_trace_end(struct call *call)
{
    struct trace_span *span = task_span(call->task);
    if (span == NULL)
        return;
    assert(call->method != NULL && call->method->path[0] == '/');
    span_set_text(span, "rpc.system.name", "grpc");
    span_set_text(span, "rpc.method", call->method->path + 1);
    span_set_text(span, "rpc.response.status_code", status_code_name(call->status.code));
    if (code_is_a_servers_fault(call->status.code))
        span_fail(span, status_code_name(call->status.code));
}
