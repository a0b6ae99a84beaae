/* The HTTP server and callers who are slow, many, or gone: everything ends, nobody is kept out, and
 * memory stays where it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/http/http_server.h"
#include "tests/support/test_http.h"
#include "tests/support/test_loop.h"

#define GET "GET /now HTTP/1.1\r\nHost: x\r\n\r\n"
#define LATER "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
#define STREAM "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
#define BROKEN "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n"
#define PART_BYTES ((size_t)64 * 1024)
#define STREAM_BYTES ((size_t)16 * 1024 * 1024) /* more than all buffers on the way hold */

/* The deeds of the handlers. */
struct site {
    struct http_server *server;
    size_t written;        /* bytes of a stream that were taken */
    enum failure ended_by; /* of the last stream or later answer */
    struct event begun, ended, go;
};

static struct site site;

static struct http_reply stream(struct task *task, const struct http_received *received,
                                size_t bytes, int status)
{
    static uint8_t part[PART_BYTES];
    memset(part, 'x', sizeof part);
    http_answer_begin(received, &(struct http_reply){.status = 200, .type = "text/csv"});
    event_signal(&site.begun);
    site.ended_by = FAILURE_NONE;
    for (site.written = 0; site.written < bytes && site.ended_by == FAILURE_NONE;) {
        site.ended_by = http_answer_write(task, received, (struct bytes){part, sizeof part});
        if (site.ended_by == FAILURE_NONE)
            site.written += sizeof part;
    }
    event_signal(&site.ended);
    return (struct http_reply){.status = status};
}

static struct http_reply handler(struct task *task, void *context,
                                 const struct http_received *received)
{
    (void)context;
    if (strcmp(received->path, "/stream") == 0)
        return stream(task, received, STREAM_BYTES, 200);
    if (strcmp(received->path, "/broken") == 0)
        return stream(task, received, PART_BYTES, 500);
    if (strcmp(received->path, "/later") == 0) {
        event_signal(&site.begun);
        site.ended_by = task_wait(task, &site.go);
        event_signal(&site.ended);
    }
    return (struct http_reply){.status = 200};
}

static int site_open(struct task *task, size_t connections_max, int64_t receive_ms)
{
    const struct http_server_settings settings = {
        .name = "test",
        .address = "127.0.0.1:0",
        .connections_max = connections_max,
        .head_bytes_max = 4096,
        .body_bytes_max = 4096,
        .receive_ms = receive_ms,
        .handler = handler,
    };
    site = (struct site){.server = http_server_new(task_loop(task), &settings)};
    assert_non_null(site.server);
    return http_server_port(site.server);
}

/* A connection that has sent this. */
static int say(int port, const char *text)
{
    int client = test_http_connect(port);
    (void)!send(client, text, strlen(text), MSG_NOSIGNAL);
    return client;
}

static void await(struct task *task, struct event *event)
{
    assert_int_equal(task_wait(task, event), FAILURE_NONE);
}

/* ---- the slow ---- */

static void drip(void *argument)
{
    static const char text[] = "POST / HTTP/1.1\r\nContent-Length: 4000\r\nX: ";
    int *port = argument, client = test_http_connect(*port);
    char byte;
    size_t sent = 0;
    for (ssize_t got = -1; sent < 4000 && got != 0; sent++) {
        if (send(client, sent < sizeof text - 1 ? text + sent : "x", 1, MSG_NOSIGNAL) != 1)
            break;
        usleep(5000);
        got = recv(client, &byte, 1, MSG_DONTWAIT);
    }
    close(client);
    *port = (int)sent;
}

/* Each byte comes in time, the request does not. */
static void who_sends_slowly_is_ended(struct task *task, void *argument)
{
    (void)argument;
    int sent = site_open(task, 8, 300);
    assert_int_equal(task_offload(task, drip, &sent), FAILURE_NONE);
    assert_true(sent < 4000);
    http_server_free(site.server);
}

static struct test_http_answer answer;

static void read_whole(void *argument)
{
    char text[65536];
    size_t *size = argument;
    int client = (int)*size;
    ssize_t got;
    for (*size = 0; (got = recv(client, text, sizeof text, 0)) > 0;)
        *size += (size_t)got;
    close(client);
}

/* Nothing is written for a caller that takes nothing, beyond what buffers hold. */
static void who_reads_slowly_is_waited_for(struct task *task, void *argument)
{
    (void)argument;
    int client = say(site_open(task, 8, 60000), STREAM);
    await(task, &site.begun);
    size_t before = STREAM_BYTES;
    while (site.written != before) { /* until nothing moves any more */
        before = site.written;
        assert_int_equal(task_sleep_ms(task, 200), FAILURE_NONE);
    }
    assert_true(site.written < STREAM_BYTES);
    size_t size = (size_t)client;
    shutdown(client, SHUT_WR);
    assert_int_equal(task_offload(task, read_whole, &size), FAILURE_NONE);
    assert_true(size > STREAM_BYTES && site.written == STREAM_BYTES);
    assert_int_equal(site.ended_by, FAILURE_NONE);
    http_server_free(site.server);
}

static void who_takes_nothing_is_ended(struct task *task, void *argument)
{
    (void)argument;
    int client = say(site_open(task, 8, 300), STREAM);
    await(task, &site.ended);
    assert_int_equal(site.ended_by, FAILURE_CANCELLED);
    size_t size = (size_t)client;
    assert_int_equal(task_offload(task, read_whole, &size), FAILURE_NONE);
    assert_true(size < STREAM_BYTES);
    http_server_free(site.server);
}

/* ---- answers in parts and answers later ---- */

static void a_stream_that_is_not_whole_breaks_off(struct task *task, void *argument)
{
    (void)argument;
    int port = site_open(task, 8, 60000);
    const struct test_http_answer *heard = test_http_ask(task, port, BROKEN);
    assert_int_equal(heard->status, 200);
    assert_non_null(strstr(heard->text, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_non_null(strstr(heard->text, "\r\nContent-Type: text/csv\r\n"));
    assert_true(heard->size > PART_BYTES);
    assert_string_not_equal(heard->text + heard->size - 5, "0\r\n\r\n");
    http_server_free(site.server);
}

static void who_goes_away_ends_a_stream(struct task *task, void *argument)
{
    (void)argument;
    int client = say(site_open(task, 8, 60000), STREAM);
    await(task, &site.begun);
    close(client);
    await(task, &site.ended);
    assert_int_equal(site.ended_by, FAILURE_CANCELLED);
    http_server_free(site.server);
}

static void read_answer(void *argument)
{
    const int *client = argument;
    test_http_read(*client, &answer);
    close(*client);
}

static void an_answer_comes_later(struct task *task, void *argument)
{
    (void)argument;
    int client = say(site_open(task, 8, 200), LATER);
    await(task, &site.begun);
    assert_int_equal(task_sleep_ms(task, 500), FAILURE_NONE); /* the clock is for who sends */
    event_signal(&site.go);
    shutdown(client, SHUT_WR);
    assert_int_equal(task_offload(task, read_answer, &client), FAILURE_NONE);
    assert_int_equal(answer.status, 200);
    http_server_free(site.server);
}

static void who_went_away_meanwhile_is_not_answered(struct task *task, void *argument)
{
    (void)argument;
    int port = site_open(task, 8, 60000);
    int client = say(port, LATER);
    await(task, &site.begun);
    close(client);
    event_signal(&site.go);
    await(task, &site.ended);
    assert_int_equal(test_http_ask(task, port, GET)->status, 200);
    http_server_free(site.server);
}

static void the_end_cancels_what_runs(struct task *task, void *argument)
{
    int port = site_open(task, 8, 60000);
    int client = say(port, argument == NULL ? LATER : STREAM), idle = say(port, "GET");
    await(task, &site.begun);
    http_server_free(site.server);
    await(task, &site.ended);
    assert_int_equal(site.ended_by, FAILURE_CANCELLED);
    close(client);
    close(idle);
}

/* ---- the many ---- */

#define IDLE 1000

static int idle[IDLE];

static void connect_idle(void *argument)
{
    for (size_t i = 0; i < IDLE; i++)
        idle[i] = say(*(const int *)argument, i % 2 == 0 ? "" : "GET /now");
}

static size_t close_idle(void)
{
    size_t open = 0;
    for (size_t i = 0; i < IDLE; i++) {
        char byte;
        open += recv(idle[i], &byte, 1, MSG_DONTWAIT) < 0;
        close(idle[i]);
    }
    return open;
}

static void who_says_nothing_makes_way(struct task *task, void *argument)
{
    (void)argument;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    static const size_t places[] = {16, 2000};
    for (size_t i = 0; i < 2; i++) {
        int port = site_open(task, places[i], 60000);
        assert_int_equal(task_offload(task, connect_idle, &port), FAILURE_NONE);
        assert_int_equal(test_http_ask(task, port, GET)->status, 200);
        assert_int_equal(close_idle(), places[i] < IDLE ? places[i] - 1 : IDLE);
        http_server_free(site.server);
    }
}

static void who_is_served_does_not(struct task *task, void *argument)
{
    (void)argument;
    int port = site_open(task, 2, 60000), served[2];
    for (int i = 0; i < 2; i++) {
        served[i] = say(port, LATER);
        await(task, &site.begun);
    }
    assert_int_equal(test_http_ask(task, port, GET)->status, 0);
    for (int i = 0; i < 2; i++) {
        event_signal(&site.go);
        await(task, &site.ended);
        shutdown(served[i], SHUT_WR);
        assert_int_equal(task_offload(task, read_answer, &served[i]), FAILURE_NONE);
        assert_int_equal(answer.status, 200);
    }
    assert_int_equal(test_http_ask(task, port, GET)->status, 200);
    http_server_free(site.server);
}

/* ---- as tests ---- */

#define TEST(body)                        \
    static void test_##body(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(body, NULL);         \
    }

TEST(who_sends_slowly_is_ended)
TEST(who_reads_slowly_is_waited_for)
TEST(who_takes_nothing_is_ended)
TEST(a_stream_that_is_not_whole_breaks_off)
TEST(who_goes_away_ends_a_stream)
TEST(an_answer_comes_later)
TEST(who_went_away_meanwhile_is_not_answered)
TEST(who_says_nothing_makes_way)
TEST(who_is_served_does_not)

static void test_the_end_cancels_what_runs(void **state)
{
    static char streamed[] = "stream";
    (void)state;
    test_in_task(the_end_cancels_what_runs, NULL);
    test_in_task(the_end_cancels_what_runs, streamed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_sends_slowly_is_ended),
        cmocka_unit_test(test_who_reads_slowly_is_waited_for),
        cmocka_unit_test(test_who_takes_nothing_is_ended),
        cmocka_unit_test(test_a_stream_that_is_not_whole_breaks_off),
        cmocka_unit_test(test_who_goes_away_ends_a_stream),
        cmocka_unit_test(test_an_answer_comes_later),
        cmocka_unit_test(test_who_went_away_meanwhile_is_not_answered),
        cmocka_unit_test(test_the_end_cancels_what_runs),
        cmocka_unit_test(test_who_says_nothing_makes_way),
        cmocka_unit_test(test_who_is_served_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
