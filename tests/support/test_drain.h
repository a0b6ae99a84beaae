/* For the tests of drains and of old connections: callers, many of them, that go on until told. */
#ifndef TESTS_SUPPORT_TEST_DRAIN_H
#define TESTS_SUPPORT_TEST_DRAIN_H

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

static inline void wait_for(struct task *task, const int *count, int at_least)
{
    while (*count < at_least)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static inline struct rpc_client_stream *watch_open(struct task *task, struct test_echo *echo)
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

static inline void call_until_it_is_over(struct task *task, void *argument)
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

static inline void gather(struct task *task, struct crowd *crowd)
{
    for (crowd->members = 0; crowd->members < CROWD; crowd->members++)
        assert_int_equal(loop_spawn(task_loop(task), NULL, call_until_it_is_over, crowd),
                         FAILURE_NONE);
    wait_for(task, &crowd->echo->begun, 4 * CROWD);
}

static inline void disperse(struct task *task, struct crowd *crowd)
{
    crowd->over = true;
    while (crowd->members > 0)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

#endif
