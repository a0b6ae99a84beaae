/* The limits of the rpc server: sizes, places, time, depth, memory, and bytes that are no message.
 */
#include "tests/support/test_scene.h"

/* ---- limits ---- */

static echo_request request_of_bytes(struct task *task, size_t size)
{
    echo_request request = request_of("");
    request.payload =
        (ProtobufCBinaryData){.len = size, .data = arena_alloc(task_arena(task), size)};
    assert_non_null(request.payload.data);
    return request;
}

static void play_large(struct task *task, struct test_echo *echo)
{
    echo_response *response;
    struct rpc_status status;
    echo_request request = request_of_bytes(task, (size_t)5 * 1024 * 1024);
    assert_int_equal(test_echo_call(task, echo, &request, &response, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    assert_int_equal(response->payload.len, 5 * 1024 * 1024);
}

static void five_mebibytes_go_to_and_fro_where_allowed(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.message_bytes_max = (size_t)6 * 1024 * 1024,
                                               .call_arena_bytes_max = (size_t)16 * 1024 * 1024},
                  play_large);
}

static void play_too_large(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of_bytes(task, (size_t)5 * 1024 * 1024);
    assert_int_equal(failure_of(task, echo, &request, FAILURE_EXHAUSTED).code,
                     CODE_RESOURCE_EXHAUSTED);
    assert_int_equal(echo->begun, 0);
    expect_echo(task, echo, "the connection lives");
}

static void more_than_the_maximum_is_refused_and_only_that(void **state)
{
    (void)state;
    with_server(play_too_large);
}

static void play_small_arena(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of_bytes(task, (size_t)64 * 1024);
    struct rpc_status status = refusal_of(task, echo, &request);
    assert_int_equal(status.code, CODE_RESOURCE_EXHAUSTED);
    assert_int_equal(echo->begun, 0);
    request = request_of("");
    request.answer_bytes = 1024 * 1024;
    assert_int_equal(failure_of(task, echo, &request, FAILURE_EXHAUSTED).code,
                     CODE_RESOURCE_EXHAUSTED);
    expect_echo(task, echo, "small things pass");
}

static void a_call_that_needs_more_than_its_arena_is_refused(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.call_arena_bytes_max = (size_t)32 * 1024},
                  play_small_arena);
}

struct slow_call {
    struct test_echo *echo;
    int64_t pause_ms;
    enum failure failure;
    enum code code;
    struct event *ended;
    int *ended_count;
    struct task *task;
};

static void call_slowly(struct task *task, void *argument)
{
    struct slow_call *slow = argument;
    echo_request request = request_of("slow");
    echo_response *response;
    struct rpc_status status = {.code = CODE_UNKNOWN};
    slow->task = task;
    request.pause_ms = slow->pause_ms;
    slow->failure = test_echo_call(task, slow->echo, &request, &response, &status);
    slow->code = status.code;
    ++*slow->ended_count;
    event_signal(slow->ended);
}

static void wait_for(struct task *task, const int *count, int at_least)
{
    while (*count < at_least)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static void play_busy(struct task *task, struct test_echo *echo)
{
    struct event ended = EVENT_INIT;
    int ended_count = 0;
    struct slow_call slow[2];
    for (size_t index = 0; index < 2; index++) {
        slow[index] = (struct slow_call){
            .echo = echo, .pause_ms = 200, .ended = &ended, .ended_count = &ended_count};
        assert_int_equal(loop_spawn(task_loop(task), NULL, call_slowly, &slow[index]),
                         FAILURE_NONE);
    }
    wait_for(task, &echo->begun, 2);
    echo_request request = request_of("");
    struct rpc_status answer = failure_of(task, echo, &request, FAILURE_UNAVAILABLE);
    assert_int_equal(answer.code, CODE_RESOURCE_EXHAUSTED);
    assert_string_equal(answer.reason, STATUS_REASON_OVERLOADED);
    assert_true(details_of(task, &answer).retry_after_ms > 0);
    wait_for(task, &ended_count, 2);
    assert_int_equal(slow[0].code, CODE_OK);
    assert_int_equal(slow[1].code, CODE_OK);
    expect_echo(task, echo, "there is room again");
}

static void more_calls_than_the_maximum_are_told_to_come_back(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.calls_max = 2}, play_busy);
}

/* ---- deadlines and cancels ---- */

static void play_deadline(struct task *task, struct test_echo *echo)
{
    echo_request request = request_of("");
    expect_echo(task, echo, "in time");
    assert_in_range(echo->remaining_ms, 1, 400);
    request.pause_ms = 20000;
    assert_int_equal(failure_of(task, echo, &request, FAILURE_DEADLINE).code,
                     CODE_DEADLINE_EXCEEDED);
    wait_for(task, &echo->ended, 2);
    assert_int_equal(echo->cancelled, 1);
}

static void a_callers_deadline_is_capped(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.deadline_max_ms = 400}, play_deadline);
}

static void play_cancel(struct task *task, struct test_echo *echo)
{
    struct event ended = EVENT_INIT;
    int ended_count = 0;
    struct slow_call slow = {
        .echo = echo, .pause_ms = 20000, .ended = &ended, .ended_count = &ended_count};
    assert_int_equal(loop_spawn(task_loop(task), NULL, call_slowly, &slow), FAILURE_NONE);
    wait_for(task, &echo->begun, 1);
    task_cancel(slow.task);
    wait_for(task, &echo->ended, 1);
    assert_int_equal(echo->cancelled, 1);
    wait_for(task, &ended_count, 1);
    assert_int_equal(slow.failure, FAILURE_CANCELLED);
}

static void a_callers_cancel_reaches_the_handler(void **state)
{
    (void)state;
    with_server(play_cancel);
}

/* ---- connections that grow old ---- */

static void play_old_connections(struct task *task, struct test_echo *echo)
{
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(echo->server));
    struct rpc_client_settings settings = {
        .target = target, .timeout_ms = 5000, .attempts_max = 3, .message_bytes_max = 65536};
    struct rpc_client *client = rpc_client_new(task_loop(task), &settings);
    int64_t until_us = clock_monotonic_us() + 500000;
    echo_request request = request_of("on and on");
    request.pause_ms = 1;
    while (clock_monotonic_us() < until_us) {
        echo_response *response;
        assert_int_equal(RPC_CALL(task, client, runtime__test__v1__echo_service, echo, &request,
                                  &response, NULL),
                         FAILURE_NONE);
        assert_non_null(response);
    }
    rpc_client_free(client);
}

static void a_connection_that_ends_of_age_takes_no_call_with_it(void **state)
{
    (void)state;
    with_settings(
        (struct rpc_server_settings){.connection_age_max_ms = 50, .connection_age_grace_ms = 5000},
        play_old_connections);
}

/* ---- bytes from strangers ---- */

static void play_malformed(struct task *task, struct test_echo *echo)
{
    uint8_t varint[] = {1};
    ProtobufCMessageUnknownField field = {
        .tag = 1, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = varint};
    echo_request request = request_of("");
    request.base.n_unknown_fields = 1;
    request.base.unknown_fields = &field;
    assert_int_equal(refusal_of(task, echo, &request).code, CODE_INVALID_ARGUMENT);
    request = request_of("\xff\xfe");
    struct rpc_status answer = refusal_of(task, echo, &request);
    assert_int_equal(answer.code, CODE_INVALID_ARGUMENT);
    assert_string_equal(details_of(task, &answer).field_violations[0].name, "text");
    assert_int_equal(echo->begun, 0);
}

static void what_is_no_message_is_an_invalid_argument(void **state)
{
    (void)state;
    with_server(play_malformed);
}

static void play_deep(struct task *task, struct test_echo *echo)
{
    Runtime__Test__V1__EchoNest nests[40];
    for (size_t index = 0; index < 40; index++) {
        runtime__test__v1__echo_nest__init(&nests[index]);
        nests[index].nest = index + 1 < 40 ? &nests[index + 1] : NULL;
    }
    echo_request request = request_of("");
    request.nest = &nests[0];
    assert_int_equal(refusal_of(task, echo, &request).code, CODE_INVALID_ARGUMENT);
    assert_int_equal(echo->begun, 0);
    request.nest = &nests[10];
    echo_response *response;
    assert_int_equal(test_echo_call(task, echo, &request, &response, NULL), FAILURE_NONE);
    assert_non_null(response);
}

static void depth_is_refused_before_it_is_followed(void **state)
{
    (void)state;
    with_server(play_deep);
}

/* ---- memory that runs out ---- */

static void play_faults(struct task *task, struct test_echo *echo)
{
    static const char *const refusals[] = {"", "OVERDUE", "NUMBER", "MANY"};
    echo_request request = request_of("fault");
    echo_response *response;
    for (unsigned long nth = 1; nth <= 80; nth++) {
        request.refuse_with = (char *)(uintptr_t)refusals[nth % 4];
        struct arena_mark mark = arena_mark(task_arena(task));
        arena_fail_nth(nth / 4 + 1);
        enum failure failure = test_echo_call(task, echo, &request, &response, NULL);
        arena_fail_nth(0);
        assert_true(failure == FAILURE_NONE || failure == FAILURE_EXHAUSTED ||
                    failure == FAILURE_UNAVAILABLE || failure == FAILURE_INDEFINITE);
        arena_rewind(task_arena(task), mark);
        expect_echo(task, echo, "still serving");
    }
}

/* The n-th allocation fails, for every n that a call makes: there is an answer each time, and the
 * next call is served. */
static void no_failed_allocation_stops_the_server(void **state)
{
    (void)state;
    with_server(play_faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_mebibytes_go_to_and_fro_where_allowed),
        cmocka_unit_test(more_than_the_maximum_is_refused_and_only_that),
        cmocka_unit_test(a_call_that_needs_more_than_its_arena_is_refused),
        cmocka_unit_test(more_calls_than_the_maximum_are_told_to_come_back),
        cmocka_unit_test(a_callers_deadline_is_capped),
        cmocka_unit_test(a_callers_cancel_reaches_the_handler),
        cmocka_unit_test(a_connection_that_ends_of_age_takes_no_call_with_it),
        cmocka_unit_test(what_is_no_message_is_an_invalid_argument),
        cmocka_unit_test(depth_is_refused_before_it_is_followed),
        cmocka_unit_test(no_failed_allocation_stops_the_server),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
