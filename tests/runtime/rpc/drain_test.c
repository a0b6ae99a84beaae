/* The drain: no accepted call is lost, nobody waits for ever, and health says so first. */
#include "tests/support/test_drain.h"

struct caller {
    struct test_echo *echo;
    int64_t pause_ms;
    enum failure failure;
    enum code code;
    int *ended;
};

static void call_once_slowly(struct task *task, void *argument)
{
    struct caller *caller = argument;
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    struct rpc_status status = {.code = CODE_UNKNOWN};
    request.pause_ms = caller->pause_ms;
    caller->failure = test_echo_call(task, caller->echo, &request, &response, &status);
    caller->code = status.code;
    ++*caller->ended;
}

static void call_from_everywhere(struct task *task, struct test_echo *echo, struct caller *callers,
                                 int64_t pause_ms, int *ended)
{
    for (int index = 0; index < CALLERS; index++) {
        callers[index] = (struct caller){.echo = echo, .pause_ms = pause_ms, .ended = ended};
        assert_int_equal(loop_spawn(task_loop(task), NULL, call_once_slowly, &callers[index]),
                         FAILURE_NONE);
    }
}

static void stop_client(struct test_echo *echo)
{
    rpc_client_free(echo->client);
}

static void drain_under_way(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    struct caller callers[CALLERS];
    int ended = 0;
    (void)argument;
    test_echo_start(task, &echo);
    call_from_everywhere(task, &echo, callers, 100, &ended);
    wait_for(task, &echo.begun, CALLERS);
    assert_int_equal(echo.ended, 0);
    rpc_server_drain(task, echo.server, 10000);
    assert_int_equal(echo.ended, CALLERS);
    wait_for(task, &ended, CALLERS);
    for (int index = 0; index < CALLERS; index++)
        assert_int_equal(callers[index].code, CODE_OK);
    stop_client(&echo);
}

static void calls_under_way_are_answered(void **state)
{
    (void)state;
    test_in_task(drain_under_way, NULL);
}

static void drain_impatiently(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    struct caller callers[CALLERS];
    int ended = 0;
    (void)argument;
    test_echo_start(task, &echo);
    call_from_everywhere(task, &echo, callers, 15000, &ended);
    wait_for(task, &echo.begun, CALLERS);
    int64_t started_us = clock_monotonic_us();
    rpc_server_drain(task, echo.server, 20);
    assert_in_range(clock_monotonic_us() - started_us, 20000, 5000000);
    assert_int_equal(echo.cancelled, CALLERS);
    wait_for(task, &ended, CALLERS);
    for (int index = 0; index < CALLERS; index++)
        assert_int_equal(callers[index].code, CODE_UNAVAILABLE);
    stop_client(&echo);
}

static void what_outlives_the_grace_is_cancelled(void **state)
{
    (void)state;
    test_in_task(drain_impatiently, NULL);
}

/* ---- callers that do not stop ---- */

static void drain_before_a_crowd(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    struct crowd crowd = {.echo = &echo};
    (void)argument;
    test_echo_start(task, &echo);
    gather(task, &crowd);
    rpc_server_drain(task, echo.server, 10000);
    assert_int_equal(echo.cancelled, 0);
    wait_for(task, &crowd.refused, 1);
    disperse(task, &crowd);
    assert_int_equal(crowd.answered, echo.begun);
    assert_int_equal(crowd.answered, echo.ended);
    stop_client(&echo);
}

/* Every call that began was answered; every other was told so, and may go elsewhere. */
static void no_accepted_call_is_lost_under_load(void **state)
{
    (void)state;
    for (int run = 0; run < CROWD_RUNS; run++)
        test_in_task(drain_before_a_crowd, NULL);
}

/* ---- health ---- */

struct watcher {
    struct test_echo *echo;
    int seen[4];
    int seen_count;
    bool ended;
};

static void watch(struct task *task, void *argument)
{
    struct watcher *watcher = argument;
    struct rpc_client_stream *stream = watch_open(task, watcher->echo);
    const ProtobufCMessage *message;
    while (rpc_client_stream_receive(stream, &message) == FAILURE_NONE && message != NULL &&
           watcher->seen_count < 4)
        watcher->seen[watcher->seen_count++] =
            (int)((const Grpc__Health__V1__HealthCheckResponse *)message)->status;
    rpc_client_stream_finish(stream, NULL);
    watcher->ended = true;
}

static void drain_before_a_watcher(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    struct watcher watcher = {.echo = &echo};
    (void)argument;
    test_echo_start(task, &echo);
    assert_int_equal(loop_spawn(task_loop(task), NULL, watch, &watcher), FAILURE_NONE);
    wait_for(task, &watcher.seen_count, 1);
    rpc_server_set_serving(echo.server, false);
    wait_for(task, &watcher.seen_count, 2);
    rpc_server_set_serving(echo.server, true);
    wait_for(task, &watcher.seen_count, 3);
    rpc_server_drain(task, echo.server, 10000);
    while (!watcher.ended)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    assert_int_equal(watcher.seen_count, 4);
    assert_int_equal(watcher.seen[0],
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
    assert_int_equal(watcher.seen[1],
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING);
    assert_int_equal(watcher.seen[2],
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
    assert_int_equal(watcher.seen[3],
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING);
    stop_client(&echo);
}

static void watchers_of_health_are_told_and_let_go(void **state)
{
    (void)state;
    test_in_task(drain_before_a_watcher, NULL);
}

static void drain_what_never_started(struct task *task, void *argument)
{
    struct rpc_server_settings settings = {.address = "127.0.0.1:0"};
    (void)argument;
    rpc_server_drain(task, rpc_server_new(task_loop(task), &settings), 1000);
}

static void a_server_that_never_started_goes_too(void **state)
{
    (void)state;
    test_in_task(drain_what_never_started, NULL);
}

static void drain_cancelled(struct task *task, void *argument)
{
    struct test_echo *echo = argument;
    task_cancel(task);
    rpc_server_drain(task, echo->server, 10000);
    echo->server = NULL;
}

static void drain_in_a_cancelled_task(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    struct caller callers[CALLERS];
    int ended = 0;
    (void)argument;
    test_echo_start(task, &echo);
    call_from_everywhere(task, &echo, callers, 15000, &ended);
    wait_for(task, &echo.begun, CALLERS);
    assert_int_equal(loop_spawn(task_loop(task), NULL, drain_cancelled, &echo), FAILURE_NONE);
    wait_for(task, &ended, CALLERS);
    while (echo.server != NULL)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    assert_int_equal(echo.cancelled, CALLERS);
    stop_client(&echo);
}

static void a_cancelled_drain_does_not_wait_for_the_grace(void **state)
{
    (void)state;
    test_in_task(drain_in_a_cancelled_task, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_under_way_are_answered),
        cmocka_unit_test(what_outlives_the_grace_is_cancelled),
        cmocka_unit_test(no_accepted_call_is_lost_under_load),
        cmocka_unit_test(watchers_of_health_are_told_and_let_go),
        cmocka_unit_test(a_server_that_never_started_goes_too),
        cmocka_unit_test(a_cancelled_drain_does_not_wait_for_the_grace),
    };
    return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
