#include "runtime/rpc/call_within.h"

#include <assert.h>
#include <string.h>

#include "runtime/rpc/serving.h"

struct call *call_within(struct task *task, struct rpc_server *server, const char *path)
{
    const struct method *method = methods_find(&server->methods, path, strlen(path));
    if (method == NULL)
        return NULL;
    struct call *call = arena_alloc(task_arena(task), sizeof *call);
    call->server = server;
    call->method = method;
    call->task = task;
    call->arena = task_arena(task);
    call->phase = CALL_RUNNING;
    call->sending = SENDING_CLOSED;
    arena_init(&call->refusal_arena, REFUSAL_BYTES_MAX);
    return call;
}

void call_within_end(struct call *call)
{
    assert(call->phase == CALL_RUNNING && call->core == NULL);
    arena_deinit(&call->refusal_arena);
}

const ProtobufCMessageDescriptor *call_input(const struct call *call)
{
    assert(call->method != NULL);
    return call->method->service->descriptor->methods[call->method->index].input;
}

unsigned call_method_index(const struct call *call)
{
    assert(call->method != NULL);
    return call->method->index;
}
