#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "runtime/rpc/serving.h"

/* grpc.health.v1: "" is the process; a mounted service is as healthy as its process. */

typedef Grpc__Health__V1__HealthCheckResponse__ServingStatus health_state;
#define HEALTH(state) GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__##state

static bool is_mounted(const struct methods *methods, const char *service)
{
    for (size_t index = 0; index < methods->service_count; index++) {
        if (strcmp(methods->services[index], service) == 0)
            return true;
    }
    return false;
}

static health_state health_of(const struct rpc_server *server, const char *service)
{
    if (service[0] != '\0' && !is_mounted(&server->methods, service))
        return HEALTH(SERVICE_UNKNOWN);
    return server->serving ? HEALTH(SERVING) : HEALTH(NOT_SERVING);
}

static int health_check_call(struct call *call, const Grpc__Health__V1__HealthCheckRequest *request,
                             Grpc__Health__V1__HealthCheckResponse *response)
{
    response->status = health_of(call_context(call), request->service);
    if (response->status == HEALTH(SERVICE_UNKNOWN))
        return call_refuse(call,
                           &(struct refusal){"SERVICE_UNKNOWN", NEVER, CODE_NOT_FOUND,
                                             "This server has no such service."},
                           NO_TERMS);
    return 0;
}

static enum failure watch(struct call *call, const char *service)
{
    struct rpc_server *server = call_context(call);
    Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    enum failure failure = FAILURE_NONE;
    for (bool is_first = true; failure == FAILURE_NONE; is_first = false) {
        health_state state = health_of(server, service);
        if (is_first || state != response.status) {
            response.status = state;
            failure = call_send(call, &response.base);
        } else if (server->draining) {
            return FAILURE_UNAVAILABLE;
        } else {
            failure = task_wait(call_task(call), &server->changed);
        }
    }
    return failure;
}

static int health_watch_call(struct call *call)
{
    const ProtobufCMessage *message;
    int no = call_receive(call, &message);
    if (no != 0)
        return no;
    if (message == NULL)
        return call_refuse(call,
                           &(struct refusal){"MALFORMED", NEVER, CODE_INVALID_ARGUMENT,
                                             "Watch takes one request."},
                           NO_TERMS);
    return watch(call, ((const Grpc__Health__V1__HealthCheckRequest *)message)->service);
}

RPC_UNARY(health_check, Grpc__Health__V1__Health, Grpc__Health__V1__HealthCheckRequest,
          Grpc__Health__V1__HealthCheckResponse)
RPC_STREAM(health_watch, Grpc__Health__V1__Health, Grpc__Health__V1__HealthCheckRequest,
           Grpc__Health__V1__HealthCheckResponse)

void health_mount(struct rpc_server *server)
{
    static Grpc__Health__V1__Health_Service service = GRPC__HEALTH__V1__HEALTH__INIT(health_);
    rpc_server_mount(server, &service.base, server);
}
