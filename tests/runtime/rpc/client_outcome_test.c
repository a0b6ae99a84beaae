/* The outcomes that the end of a call tells: done, certainly not done, or not known. */
#include "tests/support/test_rpc_client.h"

static void call_nobody(struct task *task, void *argument)
{
    (void)argument;
    struct rpc_client *client = client_of_port(task, test_port_of_nobody(), 2);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(list_events(client, "", RPC_ONCE, &response, &status), FAILURE_UNAVAILABLE);
    assert_int_equal(status.code, CODE_UNAVAILABLE);
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, &status),
                     FAILURE_UNAVAILABLE);
    rpc_client_free(client);
}

static void what_was_never_sent_is_unavailable_even_once_only(void **state)
{
    (void)state;
    test_in_task(call_nobody, NULL);
}

static void call_the_mute(struct task *task, void *argument)
{
    (void)argument;
    struct test_mute mute = {0};
    test_mute_start(&mute);
    struct rpc_client *client = client_of_port(task, mute.port, 1);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "", RPC_ONCE, &response, NULL), FAILURE_INDEFINITE);
    assert_int_equal(atomic_load(&mute.requests), 1);
    rpc_client_free(client);
    client = client_of_port(task, mute.port, 5);
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_INDEFINITE);
    assert_true(atomic_load(&mute.requests) >= 2);
    assert_int_equal(list_events(client, "", RPC_READS, &response, NULL), FAILURE_UNAVAILABLE);
    rpc_client_free(client);
    test_mute_stop(&mute);
}

static void a_lost_answer_is_indefinite_once_only_and_asked_for_again_otherwise(void **state)
{
    (void)state;
    test_in_task(call_the_mute, NULL);
}

static void call_who_hears_once(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        enum rpc_effect effect;
        enum failure failure;
    } rows[] = {{RPC_REPEATABLE, FAILURE_INDEFINITE}, {RPC_READS, FAILURE_UNAVAILABLE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct test_mute mute = {.requests_max = 1};
        test_mute_start(&mute);
        struct rpc_client *client = client_of_port(task, mute.port, 3);
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        assert_int_equal(list_events(client, "", rows[i].effect, &response, &status),
                         rows[i].failure);
        assert_int_equal(atomic_load(&mute.requests), 1);
        rpc_client_free(client);
        test_mute_stop(&mute);
    }
}

static void a_lost_attempt_before_a_refused_connection_stays_indefinite(void **state)
{
    (void)state;
    test_in_task(call_who_hears_once, NULL);
}

static void call_those_who_do_not_answer(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        enum mute_habit habit;
        enum failure failure;
    } rows[] = {{MUTE_HANGS_UP, FAILURE_INDEFINITE},
                {MUTE_RESETS, FAILURE_INDEFINITE},
                {MUTE_GOES_BEHIND, FAILURE_INDEFINITE},
                {MUTE_REFUSES, FAILURE_UNAVAILABLE},
                {MUTE_GOES_BEFORE, FAILURE_UNAVAILABLE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int attempts = 1; attempts <= 2; attempts++) {
            struct test_mute mute = {.habit = rows[i].habit};
            test_mute_start(&mute);
            struct rpc_client *client = client_of_port(task, mute.port, attempts);
            Event__V1__ListEventsResponse *response;
            assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL),
                             rows[i].failure);
            assert_true(atomic_load(&mute.requests) >= 1);
            rpc_client_free(client);
            test_mute_stop(&mute);
        }
    }
}

static void a_stream_that_was_refused_unseen_did_nothing(void **state)
{
    (void)state;
    test_in_task(call_those_who_do_not_answer, NULL);
}

static void call_who_knows_the_second_time(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        const char *cursor;
        bool of_a_gateway;
        enum failure failure;
        enum code code;
    } rows[] = {{"", false, FAILURE_NONE, CODE_OK},
                {"", true, FAILURE_NONE, CODE_OK},
                {"refuse", false, FAILURE_NONE, CODE_FAILED_PRECONDITION},
                {"refuse", true, FAILURE_INDEFINITE, CODE_FAILED_PRECONDITION},
                {"deny", false, FAILURE_INDEFINITE, CODE_PERMISSION_DENIED},
                {"throttle", false, FAILURE_INDEFINITE, CODE_RESOURCE_EXHAUSTED},
                {"exhaust", false, FAILURE_INDEFINITE, CODE_RESOURCE_EXHAUSTED},
                {"lock", false, FAILURE_INDEFINITE, CODE_UNAVAILABLE},
                {"slow", false, FAILURE_DEADLINE, CODE_DEADLINE_EXCEEDED}};
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(peer.server));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rpc_client_settings settings = {.target = target,
                                               .timeout_ms = 1000,
                                               .attempts_max = 3,
                                               .refuses_unasked = rows[i].of_a_gateway};
        struct rpc_client *client = rpc_client_new(task_loop(task), &settings);
        peer = (struct test_peer){.server = peer.server, .indefinite_calls = 1};
        Event__V1__ListEventsResponse *response;
        struct rpc_status status;
        assert_int_equal(list_events(client, rows[i].cursor, RPC_REPEATABLE, &response, &status),
                         rows[i].failure);
        assert_int_equal(status.code, rows[i].code);
        assert_int_equal(peer.calls, 2);
        rpc_client_free(client);
    }
    test_peer_stop(task, &peer);
}

static void after_an_indefinite_attempt_only_an_answer_to_the_request_itself_counts(void **state)
{
    (void)state;
    test_in_task(call_who_knows_the_second_time, NULL);
}

/* The peer has waited for the lock and tried again, so it is asked once; its certainty goes on. */
static void call_the_locked(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 3);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "lock", RPC_REPEATABLE, &response, NULL), FAILURE_LOCKED);
    assert_int_equal(peer.calls, 1);
    assert_int_equal(list_events(client, "lock", RPC_ONCE, &response, NULL), FAILURE_LOCKED);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_peer_that_is_locked_did_certainly_nothing(void **state)
{
    (void)state;
    test_in_task(call_the_locked, NULL);
}

static void call_in_every_way(struct task *task, void *argument)
{
    (void)argument;
    struct test_mute mute = {0};
    test_mute_start(&mute);
    Event__V1__ListEventsResponse *response;
    struct rpc_client *client = client_of_port(task, test_port_of_nobody(), 1);
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_UNAVAILABLE);
    rpc_client_free(client);
    assert_false(task_has_acted(task));
    client = client_of_port(task, mute.port, 1);
    assert_int_equal(list_events(client, "", RPC_READS, &response, NULL), FAILURE_UNAVAILABLE);
    assert_false(task_has_acted(task));
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_INDEFINITE);
    assert_true(task_has_acted(task));
    rpc_client_free(client);
    test_mute_stop(&mute);
}

static void a_task_knows_that_something_of_it_may_have_been_done(void **state)
{
    (void)state;
    test_in_task(call_in_every_way, NULL);
}

static void call_the_unavailable(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {.unavailable_calls = 2};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 3);
    Event__V1__ListEventsResponse *response;
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_NONE);
    assert_int_equal(peer.calls, 3);
    peer = (struct test_peer){.server = peer.server, .unavailable_calls = 3};
    assert_int_equal(list_events(client, "", RPC_REPEATABLE, &response, NULL), FAILURE_UNAVAILABLE);
    assert_int_equal(peer.calls, 3);
    peer = (struct test_peer){.server = peer.server, .unavailable_calls = 1};
    assert_int_equal(list_events(client, "", RPC_ONCE, &response, NULL), FAILURE_NONE);
    assert_int_equal(peer.calls, 2);
    peer = (struct test_peer){.server = peer.server, .indefinite_calls = 1};
    assert_int_equal(list_events(client, "", RPC_ONCE, &response, NULL), FAILURE_INDEFINITE);
    assert_int_equal(peer.calls, 1);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void what_was_not_done_is_tried_again_up_to_the_maximum_even_once_only(void **state)
{
    (void)state;
    test_in_task(call_the_unavailable, NULL);
}

static void call_the_faulty(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server), 1);
    Event__V1__ListEventsResponse *response;
    struct rpc_status status;
    assert_int_equal(list_events(client, "internal", RPC_REPEATABLE, &response, &status),
                     FAILURE_INTERNAL);
    assert_null(response);
    assert_int_equal(status.code, CODE_INTERNAL);
    assert_int_equal(list_events(client, "internal", RPC_ONCE, &response, &status),
                     FAILURE_INTERNAL);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_peers_fault_is_never_taken_for_a_refusal(void **state)
{
    (void)state;
    test_in_task(call_the_faulty, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_never_sent_is_unavailable_even_once_only),
        cmocka_unit_test(a_lost_answer_is_indefinite_once_only_and_asked_for_again_otherwise),
        cmocka_unit_test(a_lost_attempt_before_a_refused_connection_stays_indefinite),
        cmocka_unit_test(a_stream_that_was_refused_unseen_did_nothing),
        cmocka_unit_test(after_an_indefinite_attempt_only_an_answer_to_the_request_itself_counts),
        cmocka_unit_test(a_task_knows_that_something_of_it_may_have_been_done),
        cmocka_unit_test(a_peer_that_is_locked_did_certainly_nothing),
        cmocka_unit_test(what_was_not_done_is_tried_again_up_to_the_maximum_even_once_only),
        cmocka_unit_test(a_peers_fault_is_never_taken_for_a_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
