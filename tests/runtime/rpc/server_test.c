/* The server on a real socket: what it answers, what it refuses, and that it ends what nobody waits
 * for. */
#include "tests/support/test_scene.h"

/* ---- answers ---- */

static void play_echo(struct task *task, struct test_echo *echo)
{
    uint8_t payload[] = {0, 1, 2, 0xff};
    echo_request request = request_of("Grüße, 世界");
    echo_response *response;
    request.number = INT64_MIN;
    request.payload = (ProtobufCBinaryData){.len = sizeof payload, .data = payload};
    assert_int_equal(test_echo_call(task, echo, &request, &response, NULL), FAILURE_NONE);
    assert_string_equal(response->text, "Grüße, 世界");
    assert_true(response->number == INT64_MIN);
    assert_memory_equal(response->payload.data, payload, sizeof payload);
    expect_echo(task, echo, "");
}

static void what_is_said_comes_back(void **state)
{
    (void)state;
    with_server(play_echo);
}

static void a_unix_socket_serves_too(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.address = "unix:/tmp/kontor_server_test.sock"},
                  play_echo);
}

static void play_refusals(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of("");
    request.refuse_with = (char *)(uintptr_t) "OVERDUE";
    struct rpc_status answer = refusal_of(task, echo, &request);
    struct status status = details_of(task, &answer);
    assert_int_equal(answer.code, CODE_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "OVERDUE");
    assert_string_equal(status.domain, "runtime.kontor");
    assert_string_equal(status_term(&status, "overdue"), "12.00");
    assert_int_equal(status.precondition_violation_count, 1);
    assert_string_equal(status.precondition_violations[0].name, "OVERDUE");

    request.refuse_with = (char *)(uintptr_t) "NUMBER";
    answer = refusal_of(task, echo, &request);
    status = details_of(task, &answer);
    assert_int_equal(answer.code, CODE_INVALID_ARGUMENT);
    assert_string_equal(status.field_violations[0].name, "number");
    assert_string_equal(status.field_violations[0].sentence, "The number must be positive.");

    request.refuse_with = (char *)(uintptr_t) "MANY";
    answer = refusal_of(task, echo, &request);
    status = details_of(task, &answer);
    assert_int_equal(answer.code, CODE_FAILED_PRECONDITION);
    assert_string_equal(status.reason, "OVERDUE");
    assert_int_equal(status.precondition_violation_count, 2);
    assert_string_equal(status.precondition_violations[1].subject, "account/2");

    request.refuse_with = (char *)(uintptr_t) "BARE";
    answer = refusal_of(task, echo, &request);
    assert_int_equal(answer.code, CODE_ABORTED);
    assert_string_equal(answer.reason, "");
}

static void a_refusal_says_why_on_the_wire(void **state)
{
    (void)state;
    with_server(play_refusals);
}

static void play_retry(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of("");
    request.refuse_with = (char *)(uintptr_t) "BUSY";
    struct rpc_status answer = failure_of(task, echo, &request, FAILURE_INDEFINITE);
    assert_int_equal(details_of(task, &answer).retry_after_ms, 1500);
}

static void a_refusal_says_when_to_come_back(void **state)
{
    (void)state;
    with_server(play_retry);
}

static void play_unknown(struct task *task, struct test_echo *echo)
{
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(RPC_CALL(task, echo->client, event__v1__event_service, list_events, &request,
                              &response, &status),
                     FAILURE_NONE);
    assert_int_equal(status.code, CODE_UNIMPLEMENTED);
    assert_non_null(strstr(metrics_text(task_arena(task)),
                           "rpc_server_call_duration_seconds_count{rpc_method=\"_OTHER\","
                           "rpc_response_status_code=\"UNIMPLEMENTED\"} 1\n"));
    expect_echo(task, echo, "still here");
}

static void an_unknown_method_is_answered_at_once(void **state)
{
    (void)state;
    with_server(play_unknown);
}

static void play_ids(struct task *task, struct test_echo *echo)
{
    static const struct rpc_header headers[] = {{"x-request-id", "order-4711"}, {NULL, NULL}};
    static const struct rpc_header unprintable[] = {{"x-request-id", "two words"}, {NULL, NULL}};
    struct rpc_call_options options = {.headers = headers};
    echo_request request = request_of("");
    echo_response *response;
    assert_int_equal(RPC_CALL_WITH(task, echo->client, &options, runtime__test__v1__echo_service,
                                   echo, &request, &response, NULL),
                     FAILURE_NONE);
    assert_string_equal(echo->request_id, "order-4711");
    assert_memory_equal(echo->trace_parent, task_trace_parent(task), 35);
    assert_string_not_equal(echo->trace_parent, task_trace_parent(task));
    options.headers = unprintable;
    assert_int_equal(RPC_CALL_WITH(task, echo->client, &options, runtime__test__v1__echo_service,
                                   echo, &request, &response, NULL),
                     FAILURE_NONE);
    assert_int_equal(strlen(echo->request_id), 36);
}

static void request_id_and_trace_reach_the_task(void **state)
{
    (void)state;
    with_server(play_ids);
}

static void play_metrics(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of("");
    expect_echo(task, echo, "counted");
    request.refuse_with = (char *)(uintptr_t) "NUMBER";
    refusal_of(task, echo, &request);
    char *text = metrics_text(task_arena(task));
#define OF_ECHO                                          \
    "rpc_server_call_duration_seconds_count{rpc_method=" \
    "\"runtime.test.v1.EchoService/Echo\",rpc_response_status_code="
    assert_non_null(strstr(text, OF_ECHO "\"OK\"}"));
    assert_non_null(strstr(text, OF_ECHO "\"INVALID_ARGUMENT\"}"));
    assert_non_null(strstr(text, OF_ECHO "\"INTERNAL\"} 0\n"));
    assert_non_null(strstr(text, "rpc_server_calls_live 0"));
}

static void calls_are_timed_by_method_and_code(void **state)
{
    (void)state;
    with_server(play_metrics);
}

/* ---- the guard ---- */

static int nobody_may(struct call *call)
{
    static const struct refusal denied = {"DENIED", NEVER, CODE_PERMISSION_DENIED,
                                          "Nobody may call this."};
    return text_equal(call_header(call, "x-password"), "sesame")
               ? 0
               : call_refuse(call, &denied, NO_TERMS);
}

static void play_guarded(struct task *task, struct test_echo *echo)
{
    static const struct rpc_header headers[] = {{"x-password", "sesame"}, {NULL, NULL}};
    struct rpc_call_options options = {.headers = headers};
    echo_request request = request_of("\xff");
    echo_response *response;
    assert_string_equal(refusal_of(task, echo, &request).reason, "DENIED");
    assert_int_equal(echo->begun, 0);
    request = request_of("");
    assert_int_equal(RPC_CALL_WITH(task, echo->client, &options, runtime__test__v1__echo_service,
                                   echo, &request, &response, NULL),
                     FAILURE_NONE);
    assert_non_null(response);
    Grpc__Health__V1__HealthCheckRequest check = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    Grpc__Health__V1__HealthCheckResponse *health;
    assert_int_equal(
        RPC_CALL(task, echo->client, grpc__health__v1__health, check, &check, &health, NULL),
        FAILURE_NONE);
    assert_non_null(health);
}

static void the_guard_comes_before_what_was_sent(void **state)
{
    (void)state;
    struct scene scene = {.echo = {.guard = nobody_may}, .play = play_guarded};
    test_in_task(play_scene, &scene);
}

/* ---- addresses ---- */

static void refuse_to_start(struct task *task, void *argument)
{
    struct rpc_server_settings settings = {.address = argument};
    struct rpc_server *server = rpc_server_new(task_loop(task), &settings);
    assert_false(rpc_server_start(server));
    rpc_server_drain(task, server, 0);
}

static void plaintext_is_served_on_loopback_only(void **state)
{
    (void)state;
    test_in_task(refuse_to_start, (void *)(uintptr_t) "0.0.0.0:0");
    test_in_task(refuse_to_start, (void *)(uintptr_t) "[::]:0");
}

static void play_taken_port(struct task *task, struct test_echo *echo)
{
    char address[64];
    snprintf(address, sizeof address, "127.0.0.1:%d", rpc_server_port(echo->server));
    refuse_to_start(task, address);
}

static void a_taken_port_is_not_shared(void **state)
{
    (void)state;
    with_server(play_taken_port);
}

static void start_insecurely(struct task *task, void *argument)
{
    (void)argument;
    struct rpc_server_settings settings = {.address = "0.0.0.0:0", .insecure_allowed = true};
    struct rpc_server *server = rpc_server_new(task_loop(task), &settings);
    assert_true(rpc_server_start(server));
    assert_in_range(rpc_server_port(server), 1, 65535);
    rpc_server_drain(task, server, 0);
}

static void plaintext_is_served_to_others_when_allowed(void **state)
{
    (void)state;
    test_in_task(start_insecurely, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_comes_back),
        cmocka_unit_test(a_unix_socket_serves_too),
        cmocka_unit_test(a_refusal_says_why_on_the_wire),
        cmocka_unit_test(a_refusal_says_when_to_come_back),
        cmocka_unit_test(an_unknown_method_is_answered_at_once),
        cmocka_unit_test(request_id_and_trace_reach_the_task),
        cmocka_unit_test(calls_are_timed_by_method_and_code),
        cmocka_unit_test(the_guard_comes_before_what_was_sent),
        cmocka_unit_test(plaintext_is_served_on_loopback_only),
        cmocka_unit_test(a_taken_port_is_not_shared),
        cmocka_unit_test(plaintext_is_served_to_others_when_allowed),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
