/* A target that is a name: its addresses are the replicas, and they change. */
#include "tests/support/test_rpc_client.h"

#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

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

static const char *hosts[3]; /* what a name without a port is here; none: nobody answers */

typedef int resolver(const char *name, const char *service, const struct addrinfo *hints,
                     struct addrinfo **found);

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    resolver *real = (resolver *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    if (service != NULL) /* gRPC's own */
        return real(name, service, hints, found);
    const struct addrinfo literal = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    *found = NULL;
    for (int i = 0; hosts[i] != NULL; i++) {
        struct addrinfo *one;
        assert_int_equal(real(hosts[i], NULL, &literal, &one), 0);
        one->ai_next = *found;
        *found = one;
    }
    return *found == NULL ? EAI_AGAIN : 0;
}

static int distinct_replicas(struct rpc_client *client)
{
    unsigned seen[2] = {0};
    char text[32];
    for (int i = 0; i < 100; i++) {
        unsigned replica = rpc_client_replica(client, key_of(i, text));
        for (int at = 0; at < 2 && replica != 0; at++) {
            if (seen[at] == 0 || seen[at] == replica) {
                seen[at] = replica;
                break;
            }
        }
    }
    return (seen[0] != 0) + (seen[1] != 0);
}

static void call_until(struct rpc_client *client, int replicas)
{
    while (distinct_replicas(client) != replicas)
        assert_int_equal(task_sleep_ms(task_current(), 20), FAILURE_NONE);
    assert_int_equal(call_of(client, "company", ""), FAILURE_NONE);
}

static void call_by_name(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peers[2] = {0};
    char address[64], target[64];
    test_peer_start(task, &peers[0], "127.0.0.1:0");
    int port = rpc_server_port(peers[0].server);
    snprintf(address, sizeof address, "127.0.0.2:%d", port);
    test_peer_start(task, &peers[1], address);
    snprintf(target, sizeof target, "dns:///localhost:%d", port);
    struct rpc_client *client = client_of(task, target, 3);
    hosts[0] = "127.0.0.1";
    assert_int_equal(rpc_client_replica(client, "company"), 0); /* nobody has asked yet */
    call_until(client, 1);
    hosts[1] = "127.0.0.2";
    call_until(client, 2);
    hosts[0] = NULL;
    for (int i = 0; i < 80; i++) { /* what is known stays while nobody tells */
        call_until(client, 2);
        assert_int_equal(task_sleep_ms(task, 50), FAILURE_NONE);
    }
    hosts[0] = "127.0.0.2";
    hosts[1] = NULL;
    call_until(client, 1);
    int calls = peers[1].calls;
    assert_int_equal(call_of(client, "company", ""), FAILURE_NONE);
    assert_int_equal(peers[1].calls, calls + 1);
    rpc_client_free(client);
    test_peer_stop(task, &peers[0]); /* closes both: they have one port */
    test_peer_stop(task, &peers[1]);
}

static void the_addresses_of_a_name_are_followed(void **state)
{
    (void)state;
    test_in_task(call_by_name, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_addresses_of_a_name_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
