/* For the tests of the rpc server: a scene with a server, the echo service and a client. */
#ifndef TESTS_SUPPORT_TEST_SCENE_H
#define TESTS_SUPPORT_TEST_SCENE_H

#include "runtime/rpc/server.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "event/v1/event.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/status.h"
#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

#define GRACE_MS 5000
typedef Runtime__Test__V1__EchoRequest echo_request;
typedef Runtime__Test__V1__EchoResponse echo_response;

/* ---- each test's body runs in a task, with an echo server of its own ---- */

struct scene {
    struct test_echo echo;
    void (*play)(struct task *task, struct test_echo *echo);
};

static inline void play_scene(struct task *task, void *argument)
{
    struct scene *scene = argument;
    test_echo_start(task, &scene->echo);
    scene->play(task, &scene->echo);
    test_echo_stop(task, &scene->echo, GRACE_MS);
    assert_int_equal(scene->echo.begun, scene->echo.ended);
}

static inline void with_settings(struct rpc_server_settings settings,
                                 void (*play)(struct task *task, struct test_echo *echo))
{
    struct scene scene = {.echo = {.settings = settings}, .play = play};
    test_in_task(play_scene, &scene);
}

static inline void with_server(void (*play)(struct task *task, struct test_echo *echo))
{
    with_settings((struct rpc_server_settings){0}, play);
}

static inline echo_request request_of(const char *text)
{
    echo_request request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    request.text = (char *)(uintptr_t)text;
    return request;
}

static inline struct rpc_status refusal_of(struct task *task, struct test_echo *echo,
                                           const echo_request *request)
{
    echo_response *response;
    struct rpc_status status;
    assert_int_equal(test_echo_call(task, echo, request, &response, &status), FAILURE_NONE);
    assert_null(response);
    return status;
}

/* The same where the answer is a failure to the client: its peer is at a limit. */
static inline struct rpc_status failure_of(struct task *task, struct test_echo *echo,
                                           const echo_request *request, enum failure expected)
{
    echo_response *response;
    struct rpc_status status;
    assert_int_equal(test_echo_call(task, echo, request, &response, &status), expected);
    assert_null(response);
    return status;
}

static inline struct status details_of(struct task *task, const struct rpc_status *answer)
{
    struct status status;
    assert_true(status_unpack(task_arena(task), answer->packed, &status));
    assert_int_equal(status.code, answer->code);
    return status;
}

static inline void expect_echo(struct task *task, struct test_echo *echo, const char *text)
{
    echo_request request = request_of(text);
    echo_response *response;
    struct rpc_status status;
    assert_int_equal(test_echo_call(task, echo, &request, &response, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    assert_string_equal(response->text, text);
}

#endif
