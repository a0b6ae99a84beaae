/* Calls that have a key: which replica they go to, and what happens when it ends and when it is
 * back. */
#include "tests/support/test_rpc_client.h"

#define PEERS 4
#define KEYS 4000

struct scene {
    struct test_peer peers[PEERS];
    int ports[PEERS];
    char target[256];
    struct rpc_client *client;
};

static const char *key_of(int i, char text[32])
{
    snprintf(text, 32, "company-%d", i);
    return text;
}

static enum failure call_of(struct rpc_client *client, const char *key, const char *cursor)
{
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = (char *)(uintptr_t)cursor;
    struct rpc_call_options options = {.effect = RPC_ONCE, .key = key};
    Event__V1__ListEventsResponse *response;
    return RPC_CALL_WITH(task_current(), client, &options, event__v1__event_service, list_events,
                         &request, &response, NULL);
}

static int calls_of(struct scene *scene)
{
    int calls = 0;
    for (int i = 0; i < PEERS; i++)
        calls += scene->peers[i].calls;
    return calls;
}

/* Which peer answers that key. */
static int peer_of(struct scene *scene, const char *key)
{
    int before[PEERS];
    for (int i = 0; i < PEERS; i++)
        before[i] = scene->peers[i].calls;
    assert_int_equal(call_of(scene->client, key, ""), FAILURE_NONE);
    int found = 0;
    while (scene->peers[found].calls == before[found])
        found++;
    return found;
}

static void scene_start(struct task *task, struct scene *scene)
{
    *scene = (struct scene){.target = "ipv4:"};
    for (int i = 0; i < PEERS; i++) {
        test_peer_start(task, &scene->peers[i], "127.0.0.1:0");
        scene->ports[i] = rpc_server_port(scene->peers[i].server);
        snprintf(scene->target + strlen(scene->target), 64, "%s127.0.0.1:%d", i == 0 ? "" : ",",
                 scene->ports[i]);
    }
    scene->client = client_of(task, scene->target, 1);
    char text[32];
    for (int i = 0; i < 40; i++) /* all are connected */
        assert_int_equal(call_of(scene->client, key_of(i, text), ""), FAILURE_NONE);
}

static void peer_end(struct task *task, struct scene *scene, int i)
{
    test_peer_stop(task, &scene->peers[i]);
    scene->peers[i].server = NULL;
}

static void peer_return(struct task *task, struct scene *scene, int i)
{
    char address[64];
    snprintf(address, sizeof address, "127.0.0.1:%d", scene->ports[i]);
    test_peer_start(task, &scene->peers[i], address);
}

static void scene_stop(struct task *task, struct scene *scene)
{
    rpc_client_free(scene->client);
    for (int i = 0; i < PEERS; i++)
        test_peer_stop(task, &scene->peers[i]);
}

static void choices(struct scene *scene, unsigned chosen[KEYS])
{
    char text[32];
    for (int i = 0; i < KEYS; i++)
        chosen[i] = rpc_client_replica(scene->client, key_of(i, text));
}

/* ---- the choice ---- */

static void spread_keys(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    static unsigned chosen[KEYS];
    int counts[PEERS + 1] = {0};
    scene_start(task, &scene);
    choices(&scene, chosen);
    for (int i = 0; i < KEYS; i++) {
        assert_in_range(chosen[i], 1, PEERS);
        counts[chosen[i]]++;
    }
    for (int i = 1; i <= PEERS; i++) /* six standard deviations of a fair choice */
        assert_in_range(counts[i], KEYS / PEERS - 165, KEYS / PEERS + 165);
    scene_stop(task, &scene);
}

static void keys_spread_over_the_replicas(void **state)
{
    (void)state;
    test_in_task(spread_keys, NULL);
}

/* Another process knows the same addresses, in another order and spelling. */
static void ask_two_clients(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    scene_start(task, &scene);
    char target[256] = "ipv4:///";
    for (int i = PEERS - 1; i >= 0; i--)
        snprintf(target + strlen(target), 64, "127.0.0.1:0%d%s", scene.ports[i], i > 0 ? "," : "");
    struct rpc_client *first = scene.client, *other = client_of(task, target, 1);
    for (int i = 0; i < 200; i++) {
        char text[32];
        scene.client = first;
        int found = peer_of(&scene, key_of(i, text));
        scene.client = other;
        assert_int_equal(peer_of(&scene, text), found);
        assert_int_equal(rpc_client_replica(other, text), (unsigned)(PEERS - found));
    }
    scene.client = first;
    rpc_client_free(other);
    scene_stop(task, &scene);
}

static void every_client_chooses_the_same(void **state)
{
    (void)state;
    test_in_task(ask_two_clients, NULL);
}

static void call_without_a_key(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    scene_start(task, &scene);
    assert_int_equal(rpc_client_replica(scene.client, ""), 0);
    assert_int_equal(rpc_client_replica(scene.client, NULL), 0);
    int most = 0;
    for (int i = 0; i < 1000 && most == 0; i++)
        most = peer_of(&scene, NULL);
    assert_int_not_equal(most, 0); /* more than one of them is asked */
    scene_stop(task, &scene);
}

static void a_call_without_a_key_goes_round(void **state)
{
    (void)state;
    test_in_task(call_without_a_key, NULL);
}

/* Looked at while it connects for the first time, and then not before its connection is due to be
 * replaced: it is waited for anew. */
static void replace_a_connection(struct task *task, void *argument)
{
    (void)argument;
    enum { AGE_MS = 1200 };
    struct scene scene;
    scene_start(task, &scene);
    struct rpc_client *client = rpc_client_new(
        task_loop(task), &(struct rpc_client_settings){.target = scene.target,
                                                       .attempts_max = 1,
                                                       .connection_age_max_ms = AGE_MS});
    unsigned before[100];
    char text[32];
    for (int i = 0; i < 100; i++)
        before[i] = rpc_client_replica(client, key_of(i, text));
    int firsts = 0;
    while (before[firsts] != 1)
        firsts++;
    do /* the first one alone is seen connected */
        assert_int_equal(task_sleep_ms(task, 10), FAILURE_NONE);
    while (call_of(client, key_of(firsts, text), "") != FAILURE_NONE);
    assert_int_equal(task_sleep_ms(task, AGE_MS), FAILURE_NONE);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rpc_client_replica(client, key_of(i, text)), before[i]);
    rpc_client_free(client);
    scene_stop(task, &scene);
}

static void a_connection_that_is_replaced_moves_no_key(void **state)
{
    (void)state;
    test_in_task(replace_a_connection, NULL);
}

/* ---- one ends ---- */

static void end_one(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    static unsigned before[KEYS], during[KEYS], after[KEYS];
    scene_start(task, &scene);
    choices(&scene, before);
    peer_end(task, &scene, 1);
    int calls = calls_of(&scene), asked = 0;
    char text[32];
    for (int i = 0; i < 400; i++) { /* not one fails, nor is tried twice where it was done */
        assert_int_equal(call_of(scene.client, key_of(i, text), ""), FAILURE_NONE);
        asked++;
    }
    assert_int_equal(calls_of(&scene), calls + asked);
    choices(&scene, during);
    int taken[PEERS + 1] = {0};
    for (int i = 0; i < KEYS; i++) {
        assert_int_not_equal(during[i], 2);
        if (before[i] == 2)
            taken[during[i]]++;
        else
            assert_int_equal(during[i], before[i]);
    }
    for (unsigned i = 1; i <= PEERS; i++) {
        if (i != 2)
            assert_in_range(taken[i], KEYS / PEERS / 3 - 120, KEYS / PEERS / 3 + 120);
    }
    peer_return(task, &scene, 1);
    do {
        assert_int_equal(task_sleep_ms(task, 10), FAILURE_NONE);
        choices(&scene, after);
    } while (memcmp(after, before, sizeof after) != 0);
    scene_stop(task, &scene);
}

static void only_the_keys_of_one_that_ends_move_and_they_return(void **state)
{
    (void)state;
    test_in_task(end_one, NULL);
}

static void end_all(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    scene_start(task, &scene);
    for (int i = 0; i < PEERS; i++)
        peer_end(task, &scene, i);
    for (int i = 0; i < 10; i++)
        assert_int_equal(call_of(scene.client, "company", ""), FAILURE_UNAVAILABLE);
    for (int i = 0; i < PEERS; i++)
        peer_return(task, &scene, i);
    while (call_of(scene.client, "company", "") != FAILURE_NONE)
        assert_int_equal(task_sleep_ms(task, 10), FAILURE_NONE);
    scene_stop(task, &scene);
}

static void when_all_ended_nothing_was_done(void **state)
{
    (void)state;
    test_in_task(end_all, NULL);
}

/* ---- one is there, and does nothing ---- */

static void refuse_at_one(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    scene_start(task, &scene);
    int own = peer_of(&scene, "company");
    struct test_peer *peer = &scene.peers[own];
    peer->unavailable_calls = peer->calls + 1;
    int calls = calls_of(&scene);
    assert_int_equal(call_of(scene.client, "company", ""), FAILURE_NONE); /* it has one attempt */
    assert_int_equal(calls_of(&scene), calls + 2);
    calls = peer->calls;
    int taken = peer_of(&scene, "company");
    assert_int_not_equal(taken, own);
    assert_int_equal(peer->calls, calls); /* it is left alone for now */
    while (peer_of(&scene, "company") != own)
        assert_int_equal(task_sleep_ms(task, 50), FAILURE_NONE);
    scene_stop(task, &scene);
}

static void who_refuses_is_left_alone_for_a_while(void **state)
{
    (void)state;
    test_in_task(refuse_at_one, NULL);
}

static void lock_at_one(struct task *task, void *argument)
{
    (void)argument;
    struct scene scene;
    scene_start(task, &scene);
    int own = peer_of(&scene, "company");
    assert_int_equal(call_of(scene.client, "company", "lock"), FAILURE_LOCKED);
    assert_int_equal(peer_of(&scene, "company"), own);
    scene.peers[own].indefinite_calls = scene.peers[own].calls + 1;
    int calls = calls_of(&scene);
    assert_int_equal(call_of(scene.client, "company", ""), FAILURE_INDEFINITE);
    assert_int_equal(calls_of(&scene), calls + 1); /* it may have been done */
    assert_int_equal(peer_of(&scene, "company"), own);
    scene_stop(task, &scene);
}

static void what_is_of_one_call_moves_no_key(void **state)
{
    (void)state;
    test_in_task(lock_at_one, NULL);
}

/* Of two, one hears and hangs up. */
static void lose_an_answer(struct task *task, void *argument)
{
    (void)argument;
    struct test_mute mute = {0};
    struct test_peer peer = {0};
    test_mute_start(&mute);
    test_peer_start(task, &peer, "127.0.0.1:0");
    char target[128], text[32];
    snprintf(target, sizeof target, "ipv4:127.0.0.1:%d,127.0.0.1:%d", mute.port,
             rpc_server_port(peer.server));
    struct rpc_client *client = client_of(task, target, 3);
    int i = 0;
    while (rpc_client_replica(client, key_of(i, text)) != 1)
        i++;
    assert_int_equal(call_of(client, text, ""), FAILURE_INDEFINITE);
    assert_int_equal(atomic_load(&mute.requests), 1);
    assert_int_equal(peer.calls, 0);
    struct rpc_call_options options = {.effect = RPC_REPEATABLE, .key = text};
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    Event__V1__ListEventsResponse *response;
    assert_int_equal(RPC_CALL_WITH(task, client, &options, event__v1__event_service, list_events,
                                   &request, &response, NULL),
                     FAILURE_NONE);
    assert_int_equal(peer.calls, 1);
    rpc_client_free(client);
    test_mute_stop(&mute);
    test_peer_stop(task, &peer);
}

static void a_lost_answer_is_asked_for_elsewhere_only_when_it_may_be(void **state)
{
    (void)state;
    test_in_task(lose_an_answer, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_spread_over_the_replicas),
        cmocka_unit_test(every_client_chooses_the_same),
        cmocka_unit_test(a_call_without_a_key_goes_round),
        cmocka_unit_test(a_connection_that_is_replaced_moves_no_key),
        cmocka_unit_test(only_the_keys_of_one_that_ends_move_and_they_return),
        cmocka_unit_test(when_all_ended_nothing_was_done),
        cmocka_unit_test(who_refuses_is_left_alone_for_a_while),
        cmocka_unit_test(what_is_of_one_call_moves_no_key),
        cmocka_unit_test(a_lost_answer_is_asked_for_elsewhere_only_when_it_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
