/* Places: one source cannot have all of them, health and reflection take none of the others',
 * headers without a message get none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grpc/grpc.h>
#include <stdio.h>

#include "grpc/health/v1/health.pb-c.h"
#include "runtime/rpc/status.h"
#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

#define GRACE_MS 5000
#define STREAMS_MAX 128

struct scene {
    struct test_echo echo;
    void (*play)(struct task *task, struct test_echo *echo);
};

static void play_scene(struct task *task, void *argument)
{
    struct scene *scene = argument;
    test_echo_start(task, &scene->echo);
    scene->play(task, &scene->echo);
    test_echo_stop(task, &scene->echo, GRACE_MS);
}

static void with_settings(struct rpc_server_settings settings,
                          void (*play)(struct task *task, struct test_echo *echo))
{
    struct scene scene = {.echo = {.settings = settings}, .play = play};
    test_in_task(play_scene, &scene);
}

/* ---- streams from a source, as a gateway says it ---- */

static const ProtobufCServiceDescriptor *const echo_service =
    &runtime__test__v1__echo_service__descriptor;
static const ProtobufCServiceDescriptor *const health_service =
    &grpc__health__v1__health__descriptor;

static struct rpc_client_stream *open_stream(struct task *task, struct test_echo *echo,
                                             const char *source,
                                             const ProtobufCServiceDescriptor *service,
                                             const char *method)
{
    const struct rpc_header headers[] = {{"kontor-source-address", source}, {NULL, NULL}};
    struct rpc_call_options options = {.headers = headers};
    struct rpc_client_stream *stream = NULL;
    const ProtobufCMethodDescriptor *found =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    unsigned index = (unsigned)(found - service->methods);
    enum failure failure =
        rpc_client_stream_open(task, echo->client, service, index, &options, &stream);
    assert_int_equal(failure, FAILURE_NONE);
    return stream;
}

/* Whether the server serves it: its first answer comes, and not its end. */
static bool is_served(struct rpc_client_stream *stream, const ProtobufCMessage *request)
{
    const ProtobufCMessage *answer = NULL;
    if (rpc_client_stream_send(stream, request) != FAILURE_NONE)
        return false;
    return rpc_client_stream_receive(stream, &answer) == FAILURE_NONE && answer != NULL;
}

static struct rpc_client_stream *converse(struct task *task, struct test_echo *echo,
                                          const char *source, bool served)
{
    Runtime__Test__V1__EchoEachRequest request = RUNTIME__TEST__V1__ECHO_EACH_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, source, echo_service, "EchoEach");
    assert_int_equal(is_served(stream, &request.base), served);
    if (served)
        return stream;
    struct rpc_status status;
    (void)rpc_client_stream_finish(stream, &status);
    assert_string_equal(status.reason, STATUS_REASON_OVERLOADED);
    return NULL;
}

static struct rpc_client_stream *watch_health(struct task *task, struct test_echo *echo,
                                              const char *source, bool served)
{
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, source, health_service, "Watch");
    assert_int_equal(is_served(stream, &request.base), served);
    return stream;
}

static void end(struct rpc_client_stream **streams, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)rpc_client_stream_finish(streams[i], NULL);
}

/* A place is free when the server has seen the end. */
static struct rpc_client_stream *converse_at_last(struct task *task, struct test_echo *echo,
                                                  const char *source)
{
    Runtime__Test__V1__EchoEachRequest request = RUNTIME__TEST__V1__ECHO_EACH_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, source, echo_service, "EchoEach");
    while (!is_served(stream, &request.base)) {
        (void)rpc_client_stream_finish(stream, NULL);
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
        stream = open_stream(task, echo, source, echo_service, "EchoEach");
    }
    return stream;
}

/* ---- one source ---- */

/* Of four places for a source, half are for streams; another source has its own; an IPv6 network is
 * one. */
static void play_sources(struct task *task, struct test_echo *echo)
{
    static const char *const sources[] = {"192.0.2.1", "2001:db8::1"};
    static const char *const same[] = {"::ffff:192.0.2.1", "2001:db8::ffff:2"};
    struct rpc_client_stream *streams[5];
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        streams[count++] = converse(task, echo, sources[i], true);
        streams[count++] = converse(task, echo, same[i], true);
        (void)converse(task, echo, sources[i], false);
    }
    end(streams, 1);
    streams[0] = converse_at_last(task, echo, sources[0]);
    end(streams, count);
}

static void one_source_does_not_take_all_places(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.calls_per_source_max = 4}, play_sources);
}

/* ---- health ---- */

static void play_watchers(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *streams[STREAMS_MAX];
    size_t count = 0;
    char source[32];
    for (int i = 0; i < RPC_PROBES_MAX; i++) {
        snprintf(source, sizeof source, "192.0.2.%d", i / RPC_PROBES_PER_SOURCE_MAX);
        streams[count++] = watch_health(task, echo, source, true);
    }
    streams[count++] = watch_health(task, echo, "192.0.2.99", false);
    streams[count++] = converse(task, echo, "192.0.2.0",
                                true); /* with calls_max 2 there is one place for streams */
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    assert_int_equal(test_echo_call(task, echo, &request, &response, NULL), FAILURE_NONE);
    end(streams, count);
}

static void watchers_of_health_take_no_place_of_a_call(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.calls_max = 2, .calls_per_source_max = 2},
                  play_watchers);
}

static void play_one_watcher_too_many(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *streams[RPC_PROBES_PER_SOURCE_MAX + 2];
    size_t count = 0;
    while (count < RPC_PROBES_PER_SOURCE_MAX)
        streams[count++] = watch_health(task, echo, "192.0.2.1", true);
    streams[count++] = watch_health(task, echo, "192.0.2.1", false);
    streams[count++] = watch_health(task, echo, "192.0.2.2", true);
    end(streams, count);
}

static void one_source_does_not_watch_alone(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.calls_per_source_max = 250},
                  play_one_watcher_too_many);
}

/* ---- headers without a message ---- */

/* Server streams for which the client sends nothing: as many wait as calls may be served, the
 * oldest have to go, none holds a place. */
static void play_silent(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *streams[10];
    const ProtobufCMessage *message;
    struct rpc_status status;
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    assert_int_equal(test_echo_call(task, echo, &request, &response, NULL),
                     FAILURE_NONE); /* connected: they arrive in this order */
    for (size_t i = 0; i < 10; i++)
        streams[i] = open_stream(task, echo, "192.0.2.1", echo_service, "EchoRepeatedly");
    for (size_t i = 0; i < 8; i++) {
        enum failure received = rpc_client_stream_receive(streams[i], &message);
        assert_true(received != FAILURE_NONE || message == NULL);
        (void)rpc_client_stream_finish(streams[i], &status);
        assert_int_equal(status.code, CODE_DEADLINE_EXCEEDED);
    }
    for (int i = 1; i < 20; i++)
        assert_int_equal(test_echo_call(task, echo, &request, &response, NULL), FAILURE_NONE);
    assert_int_equal(echo->begun, 20);
    end(streams + 8, 2);
}

static void headers_alone_hold_no_place(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.calls_max = 2, .request_wait_ms = 60000},
                  play_silent);
}

static void play_silent_for_too_long(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *stream =
        open_stream(task, echo, "192.0.2.1", echo_service, "EchoRepeatedly");
    const ProtobufCMessage *message;
    struct rpc_status status;
    enum failure received = rpc_client_stream_receive(stream, &message);
    assert_true(received != FAILURE_NONE || message == NULL);
    (void)rpc_client_stream_finish(stream, &status);
    assert_int_equal(status.code, CODE_DEADLINE_EXCEEDED);
    assert_int_equal(echo->begun, 0);
}

static void headers_alone_end_in_time(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.request_wait_ms = 50}, play_silent_for_too_long);
}

/* ---- streams of one connection ---- */

static void count_streams(struct task *task, void *argument)
{
    struct test_echo *echo = argument;
    struct rpc_client_stream *stream = converse(task, echo, "192.0.2.2", true);
    (void)rpc_client_stream_finish(stream, NULL);
}

/* The third waits at the client until one of the two ends. */
static void play_streams(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *streams[2] = {converse(task, echo, "192.0.2.1", true),
                                            converse(task, echo, "192.0.2.1", true)};
    assert_int_equal(loop_spawn(task_loop(task), NULL, count_streams, echo), FAILURE_NONE);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
        assert_int_equal(echo->begun, 2);
    }
    end(streams, 1);
    while (echo->begun < 3 || echo->ended < 2)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    end(streams + 1, 1);
}

static void a_connection_has_so_many_streams(void **state)
{
    (void)state;
    with_settings((struct rpc_server_settings){.streams_per_connection_max = 2}, play_streams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_source_does_not_take_all_places),
        cmocka_unit_test(watchers_of_health_take_no_place_of_a_call),
        cmocka_unit_test(one_source_does_not_watch_alone),
        cmocka_unit_test(headers_alone_end_in_time),
        cmocka_unit_test(headers_alone_hold_no_place),
        cmocka_unit_test(a_connection_has_so_many_streams),
    };
    return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
