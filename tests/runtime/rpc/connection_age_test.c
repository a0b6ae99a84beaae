/* Connections that grow old, at the server and at the client, take no call with them. */
#include "tests/support/test_drain.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_told_that_nothing_was_done_was_not_begun),
        cmocka_unit_test(a_client_leaves_an_old_connection_when_its_last_call_ended),
        cmocka_unit_test(a_client_that_changes_its_connections_loses_nothing),
    };
    return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
