/* The rpc client against peers of its own kind: what goes out and what comes back. */
#include "tests/support/test_rpc_client.h"

/* ---- what goes out and what comes back ---- */

static void call_with_everything(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 3);
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    const struct rpc_header headers[] = {{"kontor-account-id", "0190b6a0"}, {NULL, NULL}};
    struct rpc_call_options options = {.headers = headers};
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    enum failure failure = RPC_CALL_WITH(task, client, &options, event__v1__event_service,
                                         list_events, &request, &response, &status);
    assert_int_equal(failure, FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    assert_non_null(response);
    assert_int_equal(response->n_events, 1);
    assert_string_equal(response->events[0]->type, "echo");
    assert_string_equal(peer.account_id, "0190b6a0");
    assert_int_equal(strlen(peer.trace_parent), 55);
    assert_memory_equal(peer.trace_parent + 3, task_trace_parent(task) + 3, 32);
    assert_string_equal(peer.trace_state, "(none)"); /* the same trace */
    failure =
        RPC_CALL(task, client, event__v1__event_service, list_events, &request, &response, NULL);
    assert_int_equal(failure, FAILURE_NONE);
    assert_string_equal(peer.account_id, "(none)");
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_call_carries_headers_and_brings_the_answer(void **state)
{
    (void)state;
    test_in_task(call_with_everything, NULL);
}

static void ask_with_a_request_id(struct task *task, void *argument)
{
    struct test_peer *peer = argument;
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer->server), 3);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    rpc_client_free(client);
}

static void spawn_with_a_request_id(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct task_options options = {.name = "asker",
                                   .request_id = "request-17",
                                   .trace_parent =
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                   .trace_state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"};
    assert_int_equal(loop_spawn(task_loop(task), &options, ask_with_a_request_id, &peer),
                     FAILURE_NONE);
    while (loop_task_count(task_loop(task)) > 1)
        assert_int_equal(task_sleep_ms(task, 5), FAILURE_NONE);
    assert_string_equal(peer.request_id, "request-17");
    assert_memory_equal(peer.trace_parent, "00-0af7651916cd43dd8448eb211c80319c-", 36);
    assert_string_equal(peer.trace_state, options.trace_state);
    test_peer_stop(task, &peer);
}

static void request_id_and_trace_go_along(void **state)
{
    (void)state;
    test_in_task(spawn_with_a_request_id, NULL);
}

static void call_refused(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 3);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(list_events(client, "refuse", RPC_REPEATABLE, &response, &status),
                     FAILURE_NONE);
    assert_null(response);
    assert_int_equal(status.code, CODE_FAILED_PRECONDITION);
    assert_string_equal(status.sentence, "The source has an overdue payment.");
    assert_string_equal(status.reason, "OVERDUE");
    struct status details;
    assert_true(status_unpack(task_arena(task), status.packed, &details));
    assert_string_equal(status_term(&details, "overdue"), "12.00");
    assert_int_equal(peer.calls, 1);
    const char *metrics = metrics_text(task_arena(task));
    assert_non_null(metrics);
    assert_non_null(strstr(
        metrics,
        "rpc_client_call_duration_seconds_count{rpc_method=\"event.v1.EventService/ListEvents\","
        "rpc_response_status_code=\"FAILED_PRECONDITION\",server_address=\"127.0.0.1\"} 1\n"));
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_refusal_is_no_failure_and_keeps_its_details(void **state)
{
    (void)state;
    test_in_task(call_refused, NULL);
}

static void call_with_illegal_headers(struct task *task, void *argument)
{
    (void)argument;
    struct rpc_client *client = client_of_port(task, test_port_of_nobody(), 1);
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    static const struct rpc_header illegal[][2] = {
        {{"kontor-name", "line\nbreak"}}, {{"Upper-Case", "x"}}, {{"name", NULL}}};
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        struct rpc_call_options options = {.headers = illegal[i]};
        Event__V1__ListEventsResponse *response;
        enum failure failure = RPC_CALL_WITH(task, client, &options, event__v1__event_service,
                                             list_events, &request, &response, NULL);
        assert_int_equal(failure, FAILURE_INVALID);
    }
    rpc_client_free(client);
}

static void illegal_headers_are_refused_before_anything_is_sent(void **state)
{
    (void)state;
    test_in_task(call_with_illegal_headers, NULL);
}

static void call_for_too_much(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 3);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "large", RPC_READS, &response, NULL), FAILURE_EXHAUSTED);
    assert_int_equal(list_events(client, "large", RPC_REPEATABLE, &response, NULL),
                     FAILURE_INDEFINITE);
    assert_int_equal(list_events(client, "large", RPC_ONCE, &response, NULL), FAILURE_INDEFINITE);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void an_answer_over_the_maximum_is_not_taken(void **state)
{
    (void)state;
    test_in_task(call_for_too_much, NULL);
}

/* ---- a peer that comes back, memory that does not ---- */

static void call_while_the_nth_allocation_fails(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 1);
    int answered = 0;
    struct arena_mark mark = arena_mark(task_arena(task));
    for (unsigned long nth = 1; answered < 3; nth++, arena_rewind(task_arena(task), mark)) {
        assert_true(nth < 1000);
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        arena_fail_nth(nth);
        enum failure failure =
            list_events(client, nth % 2 == 0 ? "refuse" : "", RPC_REPEATABLE, &response, &status);
        arena_fail_nth(0);
        assert_int_equal(response != NULL, failure == FAILURE_NONE && status.code == CODE_OK);
        answered = failure == FAILURE_NONE ? answered + 1 : 0;
    }
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    test_in_task(call_while_the_nth_allocation_fails, NULL);
}

/* ---- several addresses ---- */

static void call_two_peers(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peers[2] = {0};
    test_peer_start(task, &peers[0], "127.0.0.1:0");
    test_peer_start(task, &peers[1], "127.0.0.1:0");
    char target[128];
    snprintf(target, sizeof target, "ipv4:127.0.0.1:%d,127.0.0.1:%d",
             rpc_server_port(peers[0].server), rpc_server_port(peers[1].server));
    struct rpc_client *client = client_of(task, target, 3);
    Event__V1__ListEventsResponse *response;
    for (int i = 0; i < 1000 && (peers[0].calls == 0 || peers[1].calls == 0);
         i++) /* until both are connected */
        assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    peers[0].calls = peers[1].calls = 0;
    for (int i = 0; i < 40; i++)
        assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    assert_int_equal(peers[0].calls, 20);
    assert_int_equal(peers[1].calls, 20);
    rpc_client_free(client);
    test_peer_stop(task, &peers[0]);
    test_peer_stop(task, &peers[1]);
}

static void addresses_are_used_round_robin(void **state)
{
    (void)state;
    test_in_task(call_two_peers, NULL);
}

static void call_over_a_unix_socket(struct task *task, void *argument)
{
    (void)argument;
    char address[64];
    snprintf(address, sizeof address, "unix:/tmp/kontor-client-test-%d.sock", (int)getpid());
    struct test_peer peer = {0};
    test_peer_start(task, &peer, address);
    struct rpc_client *client = client_of(task, address, 3);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
    unlink(address + strlen("unix:"));
}

static void a_unix_socket_is_a_target(void **state)
{
    (void)state;
    test_in_task(call_over_a_unix_socket, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_carries_headers_and_brings_the_answer),
        cmocka_unit_test(request_id_and_trace_go_along),
        cmocka_unit_test(a_refusal_is_no_failure_and_keeps_its_details),
        cmocka_unit_test(illegal_headers_are_refused_before_anything_is_sent),
        cmocka_unit_test(an_answer_over_the_maximum_is_not_taken),
        cmocka_unit_test(every_failing_allocation_is_told),
        cmocka_unit_test(addresses_are_used_round_robin),
        cmocka_unit_test(a_unix_socket_is_a_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
