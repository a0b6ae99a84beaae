/* The rpc client and time: timeouts, deadlines, cancels, and a peer that comes back. */
#include "tests/support/test_rpc_client.h"

static void peer_start_at(struct task *task, struct test_peer *peer, int port)
{
    char address[64];
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    test_peer_start(task, peer, address);
}

/* ---- time ---- */

static void call_slow(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(peer.server));
    struct rpc_client_settings settings = {.target = target, .timeout_ms = 1000, .attempts_max = 3};
    struct rpc_client *client = rpc_client_new(task_loop(task), &settings);
    int64_t begun_us = clock_monotonic_us();
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "slow", RPC_REPEATABLE, &response, NULL),
                     FAILURE_DEADLINE);
    assert_in_range(clock_monotonic_us() - begun_us, 990000, 20000000);
    assert_int_equal(peer.calls, 1);
    assert_int_equal(task_state(task), FAILURE_NONE);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_calls_timeout_ends_the_call_and_not_the_task(void **state)
{
    (void)state;
    test_in_task(call_slow, NULL);
}

struct hasty {
    struct test_peer peer;
    struct task *task;
    enum failure failure;
    bool ended;
};

static void call_in_haste(struct task *task, void *argument)
{
    struct hasty *hasty = argument;
    hasty->task = task;
    struct rpc_client *client = client_of_port(task, rpc_server_port(hasty->peer.server), 3);
    Event__V1__ListEventsResponse *response;
    hasty->failure = list_events(client, "slow", RPC_REPEATABLE, &response, NULL);
    rpc_client_free(client);
    hasty->ended = true;
}

static void await_the_end(struct task *task, const struct hasty *hasty)
{
    while (!hasty->ended)
        assert_int_equal(task_sleep_ms(task, 5), FAILURE_NONE);
}

static void call_past_the_tasks_deadline(struct task *task, void *argument)
{
    (void)argument;
    struct hasty hasty = {0};
    test_peer_start(task, &hasty.peer, "127.0.0.1:0");
    struct task_options options = {.name = "hasty", .timeout_ms = 100};
    assert_int_equal(loop_spawn(task_loop(task), &options, call_in_haste, &hasty), FAILURE_NONE);
    await_the_end(task, &hasty);
    assert_int_equal(hasty.failure, FAILURE_DEADLINE);
    test_peer_stop(task, &hasty.peer);
}

static void the_tasks_deadline_counts_when_it_is_sooner(void **state)
{
    (void)state;
    test_in_task(call_past_the_tasks_deadline, NULL);
}

static void call_and_be_cancelled(struct task *task, void *argument)
{
    (void)argument;
    struct hasty hasty = {0};
    test_peer_start(task, &hasty.peer, "127.0.0.1:0");
    assert_int_equal(loop_spawn(task_loop(task), NULL, call_in_haste, &hasty), FAILURE_NONE);
    while (hasty.peer.calls == 0)
        assert_int_equal(task_sleep_ms(task, 5), FAILURE_NONE);
    task_cancel(hasty.task);
    await_the_end(task, &hasty);
    assert_int_equal(hasty.failure, FAILURE_CANCELLED);
    test_peer_stop(task, &hasty.peer);
}

static void a_cancelled_task_gives_up_its_call(void **state)
{
    (void)state;
    test_in_task(call_and_be_cancelled, NULL);
}

/* ---- a peer that comes back, memory that does not ---- */

struct comeback {
    struct test_peer peer;
    int port;
};

static void come_back(struct task *task, void *argument)
{
    struct comeback *comeback = argument;
    assert_int_equal(task_sleep_ms(task, 300), FAILURE_NONE);
    peer_start_at(task, &comeback->peer, comeback->port);
}

static void call_across_a_restart(struct task *task, void *argument)
{
    (void)argument;
    struct comeback comeback = {0};
    test_peer_start(task, &comeback.peer, "127.0.0.1:0");
    comeback.port = rpc_server_port(comeback.peer.server);
    struct rpc_client *client = client_of_port(task, comeback.port, 20);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    test_peer_stop(task, &comeback.peer);
    enum failure failure = list_events(client, "", RPC_ONCE, &response, NULL);
    assert_true(failure == FAILURE_UNAVAILABLE || failure == FAILURE_INDEFINITE);
    assert_int_equal(loop_spawn(task_loop(task), NULL, come_back, &comeback), FAILURE_NONE);
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    assert_int_equal(comeback.peer.calls, 2);
    rpc_client_free(client);
    test_peer_stop(task, &comeback.peer);
}

static void an_idempotent_call_outlives_a_restart_of_its_peer(void **state)
{
    (void)state;
    test_in_task(call_across_a_restart, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calls_timeout_ends_the_call_and_not_the_task),
        cmocka_unit_test(the_tasks_deadline_counts_when_it_is_sooner),
        cmocka_unit_test(a_cancelled_task_gives_up_its_call),
        cmocka_unit_test(an_idempotent_call_outlives_a_restart_of_its_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
