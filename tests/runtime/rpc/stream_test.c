/* Streams: to and fro, under flow control, and never a broken one taken for a complete one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/rpc/status.h"
#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

#define GRACE_MS 5000
#define SERVICE (&runtime__test__v1__echo_service__descriptor)

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
    assert_int_equal(scene->echo.begun, scene->echo.ended);
}

static void with_server(void (*play)(struct task *task, struct test_echo *echo))
{
    struct scene scene = {.play = play};
    test_in_task(play_scene, &scene);
}

static struct rpc_client_stream *open_stream(struct task *task, struct test_echo *echo,
                                             const char *method)
{
    struct rpc_client_stream *stream;
    assert_int_equal(rpc_client_stream_open(task, echo->client, SERVICE,
                                            rpc_method_index(SERVICE, method), NULL, &stream),
                     FAILURE_NONE);
    return stream;
}

static void wait_for(struct task *task, const int *count, int at_least)
{
    while (*count < at_least)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static struct rpc_client_stream *ask_to_repeat(struct task *task, struct test_echo *echo,
                                               int64_t number, int64_t payload_bytes)
{
    Runtime__Test__V1__EchoRepeatedlyRequest request =
        RUNTIME__TEST__V1__ECHO_REPEATEDLY_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, "EchoRepeatedly");
    request.text = (char *)(uintptr_t) "again";
    request.number = number;
    request.payload_bytes = payload_bytes;
    assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    return stream;
}

/* ---- from the server ---- */

static void play_repeatedly(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *stream = ask_to_repeat(task, echo, 1000, 100);
    const ProtobufCMessage *message;
    struct rpc_status status;
    for (int turn = 0; turn < 1000; turn++) {
        assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
        assert_non_null(message);
        assert_string_equal(((const Runtime__Test__V1__EchoRepeatedlyResponse *)message)->text,
                            "again");
    }
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
}

static void a_server_stream_brings_every_message_and_its_end(void **state)
{
    (void)state;
    with_server(play_repeatedly);
}

static void play_none(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *stream = ask_to_repeat(task, echo, 0, 0);
    const ProtobufCMessage *message;
    struct rpc_status status;
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
}

static void a_server_stream_may_be_empty(void **state)
{
    (void)state;
    with_server(play_none);
}

/* Nobody reads: the window fills, the handler waits, and the cancel frees it. */
static void play_unread(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *stream = ask_to_repeat(task, echo, 1000, 64 * 1024);
    wait_for(task, &echo->begun, 1);
    assert_int_equal(task_sleep_ms(task, 50), FAILURE_NONE);
    assert_int_equal(echo->ended, 0);
    rpc_client_stream_finish(stream, NULL);
    wait_for(task, &echo->ended, 1);
    assert_int_equal(echo->cancelled, 1);
}

static void a_reader_that_stops_holds_the_handler_and_its_cancel_frees_it(void **state)
{
    (void)state;
    with_server(play_unread);
}

struct reading {
    struct test_echo *echo;
    bool ended;
};

static void read_nothing_until_the_deadline(struct task *task, void *argument)
{
    struct reading *reading = argument;
    const ProtobufCMessage *message;
    task_limit_ms(task, 1000);
    struct rpc_client_stream *stream = ask_to_repeat(task, reading->echo, 1000, 64 * 1024);
    enum failure failure = task_sleep_ms(task, 10000);
    assert_int_equal(failure, FAILURE_DEADLINE);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_DEADLINE);
    rpc_client_stream_finish(stream, NULL);
    reading->ended = true;
}

static void play_deadline(struct task *task, struct test_echo *echo)
{
    struct reading reading = {.echo = echo};
    assert_int_equal(loop_spawn(task_loop(task), NULL, read_nothing_until_the_deadline, &reading),
                     FAILURE_NONE);
    wait_for(task, &echo->begun, 1);
    wait_for(task, &echo->ended, 1);
    assert_int_equal(echo->cancelled, 1);
    while (!reading.ended)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static void a_deadline_frees_it_too(void **state)
{
    (void)state;
    with_server(play_deadline);
}

/* ---- from the client ---- */

static void send_texts(struct rpc_client_stream *stream, int number)
{
    Runtime__Test__V1__EchoCountRequest request = RUNTIME__TEST__V1__ECHO_COUNT_REQUEST__INIT;
    request.text = (char *)(uintptr_t) "one more";
    for (int turn = 0; turn < number; turn++)
        assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
}

static void play_count(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *stream = open_stream(task, echo, "EchoCount");
    const ProtobufCMessage *message;
    send_texts(stream, 500);
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_int_equal(((const Runtime__Test__V1__EchoCountResponse *)message)->number, 500);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    rpc_client_stream_finish(stream, NULL);
    assert_int_equal(echo->count_ended_with, FAILURE_NONE);
}

static void a_client_stream_is_counted_to_its_end(void **state)
{
    (void)state;
    with_server(play_count);
}

/* A caller that gave up in the middle has not said "that was all". */
static void play_broken(struct task *task, struct test_echo *echo)
{
    for (int turn = 1; turn <= 100; turn++) {
        struct rpc_client_stream *stream = open_stream(task, echo, "EchoCount");
        echo->counted = 0;
        echo->count_ended_with = FAILURE_NONE;
        send_texts(stream, turn % 4);
        if (turn % 3 != 0)
            wait_for(task, &echo->begun, turn);
        rpc_client_stream_finish(stream, NULL);
        if (echo->begun < turn)
            assert_int_equal(task_sleep_ms(task, 20), FAILURE_NONE);
        if (echo->begun < turn)
            echo->begun = echo->ended = turn; /* cancelled before it was sent */
        wait_for(task, &echo->ended, turn);
        if (echo->counted > 0)
            assert_int_equal(echo->count_ended_with, FAILURE_CANCELLED);
    }
}

static void a_broken_stream_is_not_a_complete_one(void **state)
{
    (void)state;
    with_server(play_broken);
}

static void play_bad_text(struct task *task, struct test_echo *echo)
{
    Runtime__Test__V1__EchoCountRequest request = RUNTIME__TEST__V1__ECHO_COUNT_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, "EchoCount");
    const ProtobufCMessage *message;
    struct rpc_status status;
    request.text = (char *)(uintptr_t) "\xc0\xaf";
    send_texts(stream, 3);
    assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_INVALID_ARGUMENT);
    assert_int_equal(echo->counted, 3);
    assert_int_equal(echo->count_ended_with, FAILURE_INVALID);
}

static void a_message_that_is_none_ends_the_stream(void **state)
{
    (void)state;
    with_server(play_bad_text);
}

/* ---- both ways ---- */

static void play_each(struct task *task, struct test_echo *echo)
{
    Runtime__Test__V1__EchoEachRequest request = RUNTIME__TEST__V1__ECHO_EACH_REQUEST__INIT;
    struct rpc_client_stream *stream = open_stream(task, echo, "EchoEach");
    const ProtobufCMessage *message;
    struct rpc_status status;
    char text[32];
    request.text = text;
    for (int turn = 0; turn < 200; turn++) {
        snprintf(text, sizeof text, "turn %d", turn);
        assert_int_equal(rpc_client_stream_send(stream, &request.base), FAILURE_NONE);
        assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
        assert_string_equal(((const Runtime__Test__V1__EchoEachResponse *)message)->text, text);
    }
    assert_int_equal(rpc_client_stream_send_end(stream), FAILURE_NONE);
    assert_int_equal(rpc_client_stream_receive(stream, &message), FAILURE_NONE);
    assert_null(message);
    assert_int_equal(rpc_client_stream_finish(stream, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
}

static void a_conversation_goes_to_and_fro(void **state)
{
    (void)state;
    with_server(play_each);
}

/* With two places a stream has one of them, however long it lasts; the other is for calls that have
 * a deadline. */
static void play_crowded(struct task *task, struct test_echo *echo)
{
    struct rpc_client_stream *lasting = open_stream(task, echo, "EchoEach");
    wait_for(task, &echo->begun, 1);
    struct rpc_client_stream *second = open_stream(task, echo, "EchoEach");
    const ProtobufCMessage *message;
    struct rpc_status status;
    enum failure received = rpc_client_stream_receive(second, &message);
    enum failure finished = rpc_client_stream_finish(second, &status);
    assert_true(received == FAILURE_NONE || received == FAILURE_UNAVAILABLE);
    assert_true(finished == FAILURE_NONE || finished == FAILURE_UNAVAILABLE);
    assert_string_equal(status.reason, STATUS_REASON_OVERLOADED);
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    assert_int_equal(test_echo_call(task, echo, &request, &response, &status), FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    rpc_client_stream_finish(lasting, NULL);
    wait_for(task, &echo->ended, 2);
}

static void streams_leave_room_for_calls(void **state)
{
    (void)state;
    struct scene scene = {.play = play_crowded, .echo = {.settings = {.calls_max = 2}}};
    test_in_task(play_scene, &scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_stream_brings_every_message_and_its_end),
        cmocka_unit_test(a_server_stream_may_be_empty),
        cmocka_unit_test(a_reader_that_stops_holds_the_handler_and_its_cancel_frees_it),
        cmocka_unit_test(a_deadline_frees_it_too),
        cmocka_unit_test(a_client_stream_is_counted_to_its_end),
        cmocka_unit_test(a_broken_stream_is_not_a_complete_one),
        cmocka_unit_test(a_message_that_is_none_ends_the_stream),
        cmocka_unit_test(a_conversation_goes_to_and_fro),
        cmocka_unit_test(streams_leave_room_for_calls),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
