#include "tests/support/test_echo.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define CLIENT_TIMEOUT_MS 20000
#define CLIENT_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* ---- the service ---- */

static void begin(struct call *call)
{
    struct test_echo *echo = call_context(call);
    echo->begun++;
    snprintf(echo->source_address, sizeof echo->source_address, "%s", call_source_address(call));
    snprintf(echo->identity, sizeof echo->identity, "%s", call_peer_identity(call));
    snprintf(echo->request_id, sizeof echo->request_id, "%s", task_request_id(call_task(call)));
    snprintf(echo->trace_parent, sizeof echo->trace_parent, "%s",
             task_trace_parent(call_task(call)));
    echo->remaining_ms = task_remaining_ms(call_task(call));
}

static int end(struct call *call, enum failure failure)
{
    struct test_echo *echo = call_context(call);
    echo->ended++;
    if (failure == FAILURE_CANCELLED || failure == FAILURE_DEADLINE)
        echo->cancelled++;
    return failure == FAILURE_NONE ? 0 : failure;
}

static int refuse(struct call *call, const char *with)
{
    static const struct refusal overdue = {"OVERDUE", NEVER, CODE_FAILED_PRECONDITION,
                                           "The source has an overdue payment."};
    static const struct refusal busy = {"BUSY", NEVER, CODE_UNAVAILABLE, "Come back later."};
    if (text_equal(with, "OVERDUE"))
        return call_refuse(call, &overdue, REFUSAL_TERMS({"overdue", "12.00"}));
    if (text_equal(with, "BUSY"))
        return call_refuse_retry(call, &busy, NO_TERMS, 1500);
    if (text_equal(with, "NUMBER"))
        return call_invalid(call, "number", FAULT_NOT_POSITIVE, "The number must be positive.");
    if (text_equal(with, "BARE"))
        return CODE_ABORTED;
    call_add_precondition_violation(call, "OVERDUE", "account/1", "A payment is overdue.");
    call_add_precondition_violation(call, "HOLD", "account/2", "Funds are held.");
    return call_refuse_violations(call);
}

static int echo_service_echo_call(struct call *call, const Runtime__Test__V1__EchoRequest *request,
                                  Runtime__Test__V1__EchoResponse *response)
{
    begin(call);
    int no = request->pause_ms > 0 ? task_sleep_ms(call_task(call), request->pause_ms) : 0;
    if (no != 0)
        return end(call, no);
    if (!text_is_empty(request->refuse_with)) {
        end(call, FAILURE_NONE);
        return refuse(call, request->refuse_with);
    }
    call_set_trailer(call, "x-echo", "said");
    call_set_trailer(call, "x-illegal", "a\nb");
    response->text = request->text;
    response->number = request->number;
    response->payload = request->payload;
    if (request->answer_bytes > 0) {
        response->payload.len = (size_t)request->answer_bytes;
        response->payload.data = arena_try_alloc(call_arena(call), response->payload.len);
        if (response->payload.data == NULL)
            return end(call, FAILURE_EXHAUSTED);
    }
    return end(call, FAILURE_NONE);
}

static enum failure repeat(struct call *call,
                           const Runtime__Test__V1__EchoRepeatedlyRequest *request)
{
    Runtime__Test__V1__EchoRepeatedlyResponse response =
        RUNTIME__TEST__V1__ECHO_REPEATEDLY_RESPONSE__INIT;
    response.text = arena_strdup(call_arena(call), request->text);
    response.payload.len = (size_t)request->payload_bytes;
    response.payload.data = arena_try_alloc(call_arena(call), response.payload.len);
    enum failure failure =
        response.text == NULL || response.payload.data == NULL ? FAILURE_EXHAUSTED : FAILURE_NONE;
    for (int64_t turn = 0; turn < request->number && failure == FAILURE_NONE; turn++)
        failure = call_send(call, &response.base);
    return failure;
}

static int echo_service_echo_repeatedly_call(struct call *call)
{
    const ProtobufCMessage *message;
    begin(call);
    int no = call_receive(call, &message);
    if (no == 0)
        no = message == NULL
                 ? FAILURE_INVALID
                 : repeat(call, (const Runtime__Test__V1__EchoRepeatedlyRequest *)message);
    return end(call, no);
}

static int echo_service_echo_count_call(struct call *call)
{
    struct test_echo *echo = call_context(call);
    Runtime__Test__V1__EchoCountResponse response = RUNTIME__TEST__V1__ECHO_COUNT_RESPONSE__INIT;
    const ProtobufCMessage *message = NULL;
    begin(call);
    int no;
    while ((no = call_receive(call, &message)) == FAILURE_NONE && message != NULL)
        response.number++;
    echo->counted = response.number;
    echo->count_ended_with = no;
    return end(call, no != 0 ? no : call_send(call, &response.base));
}

static int echo_service_echo_each_call(struct call *call)
{
    Runtime__Test__V1__EchoEachResponse response = RUNTIME__TEST__V1__ECHO_EACH_RESPONSE__INIT;
    const ProtobufCMessage *message = NULL;
    begin(call);
    int no;
    while ((no = call_receive(call, &message)) == FAILURE_NONE && message != NULL) {
        response.text = ((const Runtime__Test__V1__EchoEachRequest *)message)->text;
        if ((no = call_send(call, &response.base)) != FAILURE_NONE)
            break;
    }
    return end(call, no);
}

RPC_UNARY(echo_service_echo, Runtime__Test__V1__EchoService, Runtime__Test__V1__EchoRequest,
          Runtime__Test__V1__EchoResponse)
RPC_STREAM(echo_service_echo_repeatedly, Runtime__Test__V1__EchoService,
           Runtime__Test__V1__EchoRepeatedlyRequest, Runtime__Test__V1__EchoRepeatedlyResponse)
RPC_STREAM(echo_service_echo_count, Runtime__Test__V1__EchoService,
           Runtime__Test__V1__EchoCountRequest, Runtime__Test__V1__EchoCountResponse)
RPC_STREAM(echo_service_echo_each, Runtime__Test__V1__EchoService,
           Runtime__Test__V1__EchoEachRequest, Runtime__Test__V1__EchoEachResponse)

/* ---- both ends ---- */

void test_echo_start(struct task *task, struct test_echo *echo)
{
    static Runtime__Test__V1__EchoService_Service service =
        RUNTIME__TEST__V1__ECHO_SERVICE__INIT(echo_service_);
    char target[64];
    if (echo->settings.address == NULL)
        echo->settings.address = "127.0.0.1:0";
    echo->server = rpc_server_new(task_loop(task), &echo->settings);
    rpc_server_set_guard(echo->server, echo->guard);
    rpc_server_mount(echo->server, &service.base, echo);
    bool started = rpc_server_start(echo->server);
    assert(started);
    (void)started;
    const char *host = strncmp(echo->settings.address, "[::1]", 5) == 0 ? "[::1]" : "127.0.0.1";
    snprintf(target, sizeof target, "%s:%d", host, rpc_server_port(echo->server));
    bool is_unix = strncmp(echo->settings.address, "unix:", 5) == 0;
    struct rpc_client_settings settings = {.target = is_unix ? echo->settings.address : target,
                                           .timeout_ms = CLIENT_TIMEOUT_MS,
                                           .attempts_max = 1,
                                           .message_bytes_max = CLIENT_BYTES_MAX,
                                           .connection_age_max_ms = echo->client_age_max_ms};
    echo->client = rpc_client_new(task_loop(task), &settings);
}

void test_echo_stop(struct task *task, struct test_echo *echo, int64_t grace_ms)
{
    rpc_server_drain(task, echo->server, grace_ms);
    rpc_client_free(echo->client);
    echo->server = NULL;
    echo->client = NULL;
}

enum failure test_echo_call(struct task *task, struct test_echo *echo,
                            const Runtime__Test__V1__EchoRequest *request,
                            Runtime__Test__V1__EchoResponse **response, struct rpc_status *status)
{
    return RPC_CALL(task, echo->client, runtime__test__v1__echo_service, echo, request, response,
                    status);
}
