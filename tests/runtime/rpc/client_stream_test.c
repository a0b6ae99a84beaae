#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "runtime/rpc/client.h"
#include "tests/support/test_loop.h"
#include "tests/support/test_mute.h"
#include "tests/support/test_peer.h"

#define ANSWERED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what

static struct rpc_client *client_of_port(struct task *task, int port)
{
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", port);
    struct rpc_client_settings settings = {.target = target};
    return rpc_client_new(task_loop(task), &settings);
}

static int next_health(struct rpc_client_stream *stream)
{
    const ProtobufCMessage *message;
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_non_null(message);
    return (int)((const Grpc__Health__V1__HealthCheckResponse *)(const void *)message)->status;
}

static void watch_health(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server));
    unsigned watch = rpc_method_index(&grpc__health__v1__health__descriptor, "Watch");
    struct rpc_client_stream *stream;
    assert_int_equal(rpc_client_stream_open(task, client, &grpc__health__v1__health__descriptor,
                                            watch, NULL, &stream),
                     FAILURE_NONE);
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    assert_int_equal(next_health(stream),
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
    rpc_server_set_serving(peer.server, false);
    assert_int_equal(next_health(stream),
                     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING);
    struct rpc_status status;
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_CANCELLED);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_server_stream_is_received_as_it_comes(void **state)
{
    (void)state;
    test_in_task(watch_health, NULL);
}

static void ask_and_answer(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    test_peer_start(task, &peer, "127.0.0.1:0");
    struct rpc_client *client = client_of_port(task, rpc_server_port(peer.server));
    struct rpc_client_stream *stream;
    assert_int_equal(rpc_client_stream_open(task, client,
                                            &grpc__reflection__v1__server_reflection__descriptor, 0,
                                            NULL, &stream),
                     FAILURE_NONE);
    char symbol[] = "event.v1.Event";
    Grpc__Reflection__V1__ServerReflectionRequest request =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    request.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL;
    request.file_containing_symbol = symbol;
    const ProtobufCMessage *message;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
        assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
        const Grpc__Reflection__V1__ServerReflectionResponse *response = (const void *)message;
        assert_non_null(response);
        assert_int_equal(response->message_response_case, ANSWERED(FILE_DESCRIPTOR_RESPONSE));
    }
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    struct rpc_status status;
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    rpc_client_free(client);
    test_peer_stop(task, &peer);
}

static void a_bidirectional_stream_goes_to_and_fro(void **state)
{
    (void)state;
    test_in_task(ask_and_answer, NULL);
}

static void watch_the_mute(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        enum rpc_effect effect;
        enum failure failure;
    } rows[] = {{RPC_BY_NAME, FAILURE_UNAVAILABLE}, {RPC_REPEATABLE, FAILURE_INDEFINITE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct test_mute mute = {0};
        test_mute_start(&mute);
        struct rpc_client *client = client_of_port(task, mute.port);
        struct rpc_client_stream *stream;
        struct rpc_call_options options = {.effect = rows[i].effect};
        assert_int_equal(rpc_client_stream_open(task, client, &grpc__health__v1__health__descriptor,
                                                1, &options, &stream),
                         FAILURE_NONE);
        const ProtobufCMessage *message;
        assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
        assert_null(message);
        assert_int_equal(rpc_client_stream_finish(stream, NULL), rows[i].failure);
        rpc_client_free(client);
        test_mute_stop(&mute);
    }
}

static void a_lost_stream_ends_with_a_failure(void **state)
{
    (void)state;
    test_in_task(watch_the_mute, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_stream_is_received_as_it_comes),
        cmocka_unit_test(a_bidirectional_stream_goes_to_and_fro),
        cmocka_unit_test(a_lost_stream_ends_with_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
