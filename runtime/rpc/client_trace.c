/* The span of a call to a peer, in OpenTelemetry's words. */
#include <stdlib.h>
#include <string.h>

#include "runtime/rpc/client_exchange.h"
#include "runtime/rpc/status.h"

#define METHOD_NAME_SIZE 128

/* "dns:///ledger:7403" is ledger and 7403; a target of another form is an address as a whole. */
void client_trace_target(struct rpc_client *client, const char *target)
{
    bool is_unix = strncmp(target, "unix:", 5) == 0;
    const char *slash = is_unix ? NULL : strrchr(target, '/');
    const char *address = slash == NULL ? target : slash + 1;
    const char *colon = strrchr(address, ':');
    bool has_port = colon != NULL && !is_unix && strchr(address, ',') == NULL &&
                    strspn(colon + 1, "0123456789") == strlen(colon + 1);
    size_t length = has_port ? (size_t)(colon - address) : strlen(address);
    length = length < CLIENT_ADDRESS_SIZE ? length : CLIENT_ADDRESS_SIZE - 1;
    memcpy(client->server_address, address, length);
    client->server_address[length] = '\0';
    client->server_port = has_port ? (int)strtol(colon + 1, NULL, 10) : 0;
}

struct span *client_span_begin(const struct task *task, const struct rpc_client *client,
                               const ProtobufCServiceDescriptor *service, unsigned method_index)
{
    char name[METHOD_NAME_SIZE];
    struct span *span = task_span_begin(task, SPAN_CLIENT, "rpc");
    if (span == NULL)
        return NULL;
    if (text_print(name, sizeof name, "%s/%s", service->name, service->methods[method_index].name))
        span->name = span_keep(span, name);
    span_set_text(span, "rpc.system.name", "grpc");
    span_set_text(span, "rpc.method", span->name);
    span_set_text(span, "server.address", span_keep(span, client->server_address));
    if (client->server_port > 0)
        span_set_number(span, "server.port", client->server_port);
    return span;
}

/* To its caller any code but OK is an error, a refusal as well. */
void client_span_end(struct span *span, enum failure failure, const struct rpc_status *status)
{
    if (span == NULL)
        return;
    const char *code = status == NULL ? NULL : status_code_name(status->code);
    span_set_text(span, "rpc.response.status_code", code);
    if (status != NULL && status->code != CODE_OK)
        span_fail(span, code);
    else if (failure != FAILURE_NONE)
        span_fail(span, failure_name(failure));
    span_end(span);
}
