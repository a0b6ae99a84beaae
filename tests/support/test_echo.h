/* runtime.test.v1.EchoService over a real socket, and a client beside it: what the tests of the
 * server call. */
#ifndef TESTS_SUPPORT_TEST_ECHO_H
#define TESTS_SUPPORT_TEST_ECHO_H

#include "runtime/rpc/client.h"
#include "runtime/rpc/server.h"
#include "runtime/test/v1/echo.pb-c.h"

struct test_echo {
    struct rpc_server_settings
        settings;              /* set before start; the address is 127.0.0.1:0 when it is NULL */
    int64_t client_age_max_ms; /* of the client's connections; 0: the usual */
    int (*guard)(struct call *call);
    struct rpc_server *server;
    struct rpc_client *client;
    int begun; /* calls whose handler began */
    int ended;
    int cancelled;   /* of those: ended by a cancel or a deadline */
    int64_t counted; /* messages of the last EchoCount */
    enum failure count_ended_with;
    char source_address[64]; /* of the last call */
    char identity[128];
    char request_id[160]; /* of the last call's task */
    char trace_parent[64];
    int64_t remaining_ms; /* of the last call's task when it began */
};

void test_echo_start(struct task *task, struct test_echo *echo);
void test_echo_stop(struct task *task, struct test_echo *echo, int64_t grace_ms);

/* One Echo with these fields; *response is NULL when it was refused. */
enum failure test_echo_call(struct task *task, struct test_echo *echo,
                            const Runtime__Test__V1__EchoRequest *request,
                            Runtime__Test__V1__EchoResponse **response,
                            struct rpc_status *status) must_check;

#endif
