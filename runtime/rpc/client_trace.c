/* The span of a call to a peer, in OpenTelemetry's words. */
#include <assert.h>

#include "runtime/rpc/client_exchange.h"
#include "runtime/rpc/status.h"

#define METHOD_NAME_SIZE 128

struct trace_span *client_span_begin(const struct task *task, const struct rpc_client *client,
                                     const ProtobufCServiceDescriptor *service,
                                     unsigned method_index)
{
    char name[METHOD_NAME_SIZE];
    assert(method_index < service->n_methods);
    struct trace_span *span = task_span_begin(task, SPAN_CLIENT, "rpc");
    if (span == NULL)
        return NULL;
    if (text_print(name, sizeof name, "%s/%s", service->name, service->methods[method_index].name))
        span->name = span_keep(span, name);
    span_set_text(span, "rpc.system.name", "grpc");
    span_set_text(span, "rpc.method", span->name);
    span_set_text(span, "server.address", client->address);
    return span;
}

/* To its caller any code but OK is an error, a refusal as well. */
void client_span_end(struct trace_span *span, enum failure failure, const struct rpc_status *status)
{
    if (span == NULL)
        return;
    assert(failure <= FAILURE_NONE);
    const char *code = status == NULL ? NULL : status_code_name(status->code);
    span_set_text(span, "rpc.response.status_code", code);
    if (status != NULL && status->code != CODE_OK)
        span_fail(span, code);
    else if (failure != FAILURE_NONE)
        span_fail(span, failure_name(failure));
    span_end(span);
}
