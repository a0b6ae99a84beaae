/* The drain: no accepted call is lost, nobody waits for ever, and health says so first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "grpc/health/v1/health.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/status.h"
#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

enum {
    CALLERS = 40,
    CROWD_RUNS = 2,
    CROWD = 96 /* three times the slots: some wait within gRPC */
};

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

static void wait_for(struct task *task, const int *count, int at_least)
{
    while (*count < at_least)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
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

static struct rpc_client_stream *watch_open(struct task *task, struct test_echo *echo)
{
    const ProtobufCServiceDescriptor *service = &grpc__health__v1__health__descriptor;
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    struct rpc_client_stream *stream;
    assert_int_equal(rpc_client_stream_open(task, echo->client, service,
                                            rpc_method_index(service, "Watch"), NULL, &stream),
                     FAILURE_NONE);
    assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    return stream;
}

/* ---- callers that do not stop ---- */

struct crowd {
    struct test_echo *echo;
    size_t payload_bytes;
    bool over;
    int answered;
    int refused; /* nothing was done */
    int unknown; /* what gRPC turns away by itself comes without our word */
    int members;
};

static void call_until_it_is_over(struct task *task, void *argument)
{
    struct crowd *crowd = argument;
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    static uint8_t payload[6000];
    request.pause_ms = 2;
    request.payload = (ProtobufCBinaryData){crowd->payload_bytes, payload};
    while (!crowd->over) {
        struct rpc_call_options once = {.effect = RPC_ONCE};
        struct rpc_status status = {.code = CODE_OK};
        enum failure failure =
            RPC_CALL_WITH(task, crowd->echo->client, &once, runtime__test__v1__echo_service, echo,
                          &request, &response, &status);
        if (status.code != CODE_OK && status.code != CODE_UNAVAILABLE)
            fail_msg(
                "a call ended with %s",
                status_code_name(status.code)); /* CANCELLED would say that the caller gave up */
        crowd->answered += failure == FAILURE_NONE;
        crowd->refused += failure == FAILURE_UNAVAILABLE;
        crowd->unknown += failure == FAILURE_INDEFINITE;
        if (failure != FAILURE_NONE && failure != FAILURE_UNAVAILABLE &&
            failure != FAILURE_INDEFINITE)
            fail_msg("a call was lost: %s", failure_name(failure));
        assert_int_equal(task_sleep_ms(task, failure == FAILURE_NONE ? 0 : 5), FAILURE_NONE);
    }
    crowd->members--;
}

static void gather(struct task *task, struct crowd *crowd)
{
    for (crowd->members = 0; crowd->members < CROWD; crowd->members++)
        assert_int_equal(loop_spawn(task_loop(task), NULL, call_until_it_is_over, crowd),
                         FAILURE_NONE);
    wait_for(task, &crowd->echo->begun, 4 * CROWD);
}

static void disperse(struct task *task, struct crowd *crowd)
{
    crowd->over = true;
    while (crowd->members > 0)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

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

/* ---- connections that grow old before a crowd ---- */

static void call_over_old_connections(struct task *task, struct test_echo *echo,
                                      struct crowd *crowd)
{
    crowd->echo = echo;
    test_echo_start(task, echo);
    gather(task, crowd);
    assert_int_equal(task_sleep_ms(task, 200), FAILURE_NONE);
    disperse(task, crowd);
    test_echo_stop(task, echo, 10000);
    assert_int_equal(echo->begun, echo->ended);
}

static void grow_old_at_the_server(struct task *task, void *argument)
{
    struct test_echo echo = {
        .settings = {.connection_age_max_ms = 50, .connection_age_grace_ms = 5000}};
    struct crowd crowd = {.payload_bytes = 6000};
    (void)argument;
    call_over_old_connections(task, &echo, &crowd);
    assert_in_range(echo.begun, crowd.answered, crowd.answered + crowd.unknown);
}

static void who_is_told_that_nothing_was_done_was_not_begun(void **state)
{
    (void)state;
    for (int run = 0; run < CROWD_RUNS; run++)
        test_in_task(grow_old_at_the_server, NULL);
}

/* This process's own to that port. */
static int connections_to(int port)
{
    int count = 0;
    for (int descriptor = 0; descriptor < 1024; descriptor++) {
        struct sockaddr_in6 peer = {0}; /* also of IPv4: gRPC's sockets are of both */
        socklen_t size = sizeof peer;
        if (getpeername(descriptor, (struct sockaddr *)(void *)&peer, &size) == 0 &&
            peer.sin6_family == AF_INET6)
            count += ntohs(peer.sin6_port) == port;
    }
    return count;
}

static void change_connections(struct task *task, void *argument)
{
    struct test_echo echo = {.client_age_max_ms = 20};
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    (void)argument;
    test_echo_start(task, &echo);
    int port = rpc_server_port(echo.server);
    struct rpc_client_stream *stream = watch_open(task, &echo);
    const ProtobufCMessage *message;
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_int_equal(connections_to(port), 1);
    assert_int_equal(task_sleep_ms(task, 30), FAILURE_NONE);
    assert_int_equal(test_echo_call(task, &echo, &request, &response, NULL), FAILURE_NONE);
    assert_int_equal(connections_to(port), 2);
    rpc_client_stream_finish(stream, NULL);
    while (connections_to(port) > 1)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    test_echo_stop(task, &echo, 10000);
}

static void a_client_leaves_an_old_connection_when_its_last_call_ended(void **state)
{
    (void)state;
    test_in_task(change_connections, NULL);
}

static void grow_old_at_the_client(struct task *task, void *argument)
{
    struct test_echo echo = {.client_age_max_ms = 20};
    struct crowd crowd = {.payload_bytes = 6000};
    (void)argument;
    call_over_old_connections(task, &echo, &crowd);
    assert_int_equal(echo.begun, crowd.answered);
    assert_int_equal(crowd.refused, 0);
    assert_int_equal(crowd.unknown, 0);
}

static void a_client_that_changes_its_connections_loses_nothing(void **state)
{
    (void)state;
    for (int run = 0; run < CROWD_RUNS; run++)
        test_in_task(grow_old_at_the_client, NULL);
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
        cmocka_unit_test(who_is_told_that_nothing_was_done_was_not_begun),
        cmocka_unit_test(a_client_leaves_an_old_connection_when_its_last_call_ended),
        cmocka_unit_test(a_client_that_changes_its_connections_loses_nothing),
        cmocka_unit_test(a_server_that_never_started_goes_too),
        cmocka_unit_test(a_cancelled_drain_does_not_wait_for_the_grace),
    };
    return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
