/* The HTTP server over real sockets: what a handler reads, how it answers, what is refused before
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/http/http_server.h"
#include "tests/support/test_http.h"
#include "tests/support/test_loop.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define HEAD_MAX ((size_t)2048)
#define BODY_MAX ((size_t)1000)
#define HOST "\r\nHost: x\r\n"
#define CHUNKED "POST / HTTP/1.1" HOST "Transfer-Encoding: chunked\r\n\r\n"

static char seen[512]; /* paths, in the order in which they came */

static struct http_reply tell(struct arena *arena, const struct http_received *received)
{
    const char *note = http_received_field(received, "x-note");
    snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s;", received->path);
    const char *text =
        arena_printf(arena, "%s %s ?%s note=%s fields=%zu body=%zu:%s", received->method,
                     received->path, received->query, note == NULL ? "-" : note,
                     received->field_count, received->body.size, (const char *)received->body.data);
    return (struct http_reply){.status = 200, .body = {(const uint8_t *)text, strlen(text)}};
}

static struct http_reply page(void *context, const struct http_received *received,
                              struct arena *arena)
{
    (void)context;
    return tell(arena, received);
}

static struct http_reply handler(struct task *task, void *context,
                                 const struct http_received *received)
{
    (void)context;
    if (task_sleep_ms(task, 1) != FAILURE_NONE)
        return (struct http_reply){.status = 503};
    return tell(task_arena(task), received);
}

static struct http_server *server_open(struct task *task, bool in_task)
{
    const struct http_server_settings settings = {
        .name = "test",
        .address = "127.0.0.1:0",
        .connections_max = 8,
        .head_bytes_max = HEAD_MAX,
        .body_bytes_max = BODY_MAX,
        .receive_ms = 20000,
        .page = in_task ? NULL : page,
        .handler = in_task ? handler : NULL,
    };
    struct http_server *server = http_server_new(task_loop(task), &settings);
    assert_non_null(server);
    seen[0] = '\0';
    return server;
}

static const char *body_of(const struct test_http_answer *answer)
{
    const char *end = strstr(answer->text, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

/* ---- what a handler reads ---- */

static void read_requests(struct task *task, void *argument)
{
    static const struct {
        const char *sent;
        const char *told;
    } rows[] = {
        {"GET /a/b?c=d&e HTTP/1.1" HOST "X-Note:  a b \t\r\n\r\n",
         "GET /a/b ?c=d&e note=a b fields=2 body=0:"},
        {"GET /%2F%00?%41 HTTP/1.0\r\n\r\n", "GET /%2F%00 ?%41 note=- fields=0 body=0:"},
        {"PUT /x HTTP/1.1" HOST "Content-Length: 5\r\n\r\nabcdef",
         "PUT /x ? note=- fields=2 body=5:abcde"},
        {"POST /x HTTP/1.1\r\nx-NOTE: 1\r\nX-Note: 2\r\n\r\n", "POST /x ? note=1 fields=2 body=0:"},
        {CHUNKED "3\r\nabc\r\nA;more=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
         "POST / ? note=- fields=2 body=13:abc0123456789"},
        {"\r\nGET / HTTP/1.1" HOST "\r\n", "GET / ? note=- fields=1 body=0:"},
    };
    struct http_server *server = server_open(task, argument != NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct test_http_answer *answer =
            test_http_ask(task, http_server_port(server), rows[i].sent);
        assert_int_equal(answer->status, 200);
        assert_string_equal(body_of(answer), rows[i].told);
    }
    http_server_free(server);
}

static char in_task[] = "in a task";

static void a_request_is_read(void **state)
{
    (void)state;
    test_in_task(read_requests, NULL);
    test_in_task(read_requests, in_task);
}

/* ---- as many tasks as the loop may have ---- */

static void rest(struct task *task, void *argument)
{
    assert_int_equal(task_wait(task, argument), FAILURE_NONE);
}

static void ask_without_tasks(struct task *task, void *argument)
{
    static const char requests[] = "GET /1 HTTP/1.1" HOST "\r\n"
                                   "POST /2 HTTP/1.1" HOST "Content-Length: 2\r\n\r\n{}";
    struct event over = EVENT_INIT;
    struct http_server *server = server_open(task, true);
    const struct task_options options = {.name = "rest"};
    (void)argument;
    while (loop_spawn(task_loop(task), &options, rest, &over) == FAILURE_NONE)
        ;
    const struct test_http_answer *answer = test_http_ask(task, http_server_port(server), requests);
    assert_int_equal(answer->status, 503);
    const char *second = strstr(answer->text + 1, "HTTP/1.1 503");
    assert_non_null(second); /* the connection went on */
    assert_null(strstr(second + 1, "HTTP/1.1"));
    assert_string_equal(seen, "");
    event_signal_all(&over);
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    assert_int_equal(
        test_http_ask(task, http_server_port(server), "GET / HTTP/1.1" HOST "\r\n")->status, 200);
    http_server_free(server);
}

static void who_finds_no_task_hears_503(void **state)
{
    (void)state;
    test_in_task(ask_without_tasks, NULL);
}

/* ---- what no handler reads ---- */

struct refused_row {
    int status; /* 0: closed without a word */
    const char *sent;
    size_t size; /* 0: strlen */
};

#define ROW(status, sent)              \
    {                                  \
        status, sent, sizeof(sent) - 1 \
    }
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n"

static const struct refused_row refused_rows[] = {
    ROW(400, "GET / HTTP/2\r\n\r\n"),
    ROW(505, "GET / HTTP/1.2\r\n\r\n"),
    ROW(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ROW(400, "GET /\r\n\r\n"),
    ROW(0, "GET\r\n\r\n"),
    ROW(0, " / HTTP/1.1\r\n\r\n"),
    ROW(400, "GET  HTTP/1.1\r\n\r\n"),
    ROW(400, "GET  / HTTP/1.1\r\n\r\n"),
    ROW(400, "GET /  HTTP/1.1\r\n\r\n"),
    ROW(400, "GET / HTTP/1.1 \r\n\r\n"),
    ROW(400, "GET  / HTTP/1.1\r\nX: a\n\r\n"),
    ROW(400, "GET / HTTP/1.1\nX:a\r\n\t\r\n\r\n"),
    ROW(400, "GET http://a/ HTTP/1.1\r\n\r\n"),
    ROW(400, "G\0T / HTTP/1.1\r\n\r\n"),
    ROW(400, "GET /a\0b HTTP/1.1\r\n\r\n"),
    ROW(400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
    ROW(400, GET "Host: a\n\r\n"),
    ROW(400, GET "Host: a\r\n\n"),
    ROW(400, GET "X: a\r\n b\r\n\r\n"),
    ROW(400, GET "X: a\r\n\tb\r\nY: c\r\n\r\n"),
    ROW(400, GET "A:\r\n b\r\n\r\n"),
    ROW(400, GET "X: a\0b\r\n\r\n"),
    ROW(400, GET "X\0Y: a\r\n\r\n"),
    ROW(400, GET "X: a\rb\r\n\r\n"),
    ROW(400, GET "no colon\r\n\r\n"),
    ROW(400, GET "Host: a\r\nHost: a\r\n\r\n"),
    ROW(501, "TRACE / HTTP/1.1\r\n\r\n"),
    ROW(417, POST "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n"),
    ROW(400, POST "Content-Length: 1x\r\n\r\n1"),
    ROW(400, POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n1"),
    ROW(413, POST "Content-Length: 99999999999999999999999\r\n\r\n"),
    ROW(400, POST "Content-Length : 2\r\n\r\n{}"),
    ROW(400, POST "Transfer-Encoding: gzip\r\n\r\n"),
    ROW(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ROW(400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ROW(400, CHUNKED "zz\r\n"),
    ROW(400, CHUNKED "0x5\r\nabcde\r\n0\r\n\r\n"),
    ROW(400, CHUNKED "5\r\nabcdefg\r\n0\r\n\r\n"),
};

static void send_refused(struct task *task, void *argument)
{
    (void)argument;
    struct http_server *server = server_open(task, false);
    for (size_t i = 0; i < COUNT(refused_rows); i++) {
        const struct refused_row *row = &refused_rows[i];
        const struct test_http_answer *answer =
            test_http_ask_bytes(task, http_server_port(server), row->sent, row->size);
        if (answer->status != row->status)
            print_error("%d, not %d: %s\n", answer->status, row->status, row->sent);
        assert_int_equal(answer->status, row->status);
        assert_true(row->status == 0 || strstr(answer->text, "\r\nConnection: close\r\n") != NULL);
    }
    assert_string_equal(seen, "");
    http_server_free(server);
}

static void what_http_forbids_is_refused(void **state)
{
    (void)state;
    test_in_task(send_refused, NULL);
}

/* A request that one program sees as the body of another is never served. */
static void smuggle(struct task *task, void *argument)
{
    (void)argument;
    static const char *const rows[] = {
        POST "Content-Length : 38\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: abcdef\r\n\r\n",
        POST "Content-Length: 38\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled "
             "HTTP/1.1\r\n\r\n",
        POST "Transfer-Encoding: x\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        POST "Content-Length: 0\r\nContent-Length: 38\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        POST "Content-Length: 2000\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        POST "X: a\r\n Content-Length: 27\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nX: a\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
    };
    struct http_server *server = server_open(task, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct test_http_answer *answer =
            test_http_ask(task, http_server_port(server), rows[i]);
        assert_true(answer->status == 400 || answer->status == 413);
        assert_null(strstr(answer->text + 1, "HTTP/1.1 ")); /* one answer */
    }
    assert_string_equal(seen, "");
    http_server_free(server);
}

static void nothing_is_smuggled(void **state)
{
    (void)state;
    test_in_task(smuggle, NULL);
}

/* ---- maxima, at both sides ---- */

static int ask_with_head(struct task *task, struct http_server *server, size_t size)
{
    static char head[HEAD_MAX + 16];
    int begun = snprintf(head, sizeof head, GET "X: ");
    memset(head + begun, 'x', sizeof head - (size_t)begun);
    memcpy(head + size - 4, "\r\n\r\n", 4);
    return test_http_ask_bytes(task, http_server_port(server), head, size)->status;
}

static int ask_with_body(struct task *task, struct http_server *server, size_t size, bool chunked)
{
    static char sent[BODY_MAX + 512];
    int length = chunked ? snprintf(sent, sizeof sent, CHUNKED "%zx\r\n", size)
                         : snprintf(sent, sizeof sent, POST "Content-Length: %zu\r\n\r\n", size);
    size_t begun = (size_t)length;
    memset(sent + begun, 'b', size);
    memcpy(sent + begun + size, "\r\n0\r\n\r\n", 7);
    return test_http_ask_bytes(task, http_server_port(server), sent,
                               begun + size + (chunked ? 7 : 0))
        ->status;
}

static void reach_maxima(struct task *task, void *argument)
{
    struct http_server *server = server_open(task, argument != NULL);
    assert_int_equal(ask_with_head(task, server, HEAD_MAX), 200);
    assert_int_equal(ask_with_head(task, server, HEAD_MAX + 1), 431);
    for (int chunked = 0; chunked <= 1; chunked++) {
        assert_int_equal(ask_with_body(task, server, BODY_MAX, chunked), 200);
        assert_int_equal(ask_with_body(task, server, BODY_MAX + 1, chunked), 413);
    }
    http_server_free(server);
}

static void head_and_body_have_maxima(void **state)
{
    (void)state;
    test_in_task(reach_maxima, NULL);
    test_in_task(reach_maxima, in_task);
}

static void send_endless_lines(struct task *task, void *argument)
{
    (void)argument;
    static char endless[65536];
    struct http_server *server = server_open(task, false);
    int port = http_server_port(server);
    memset(endless, 'x', sizeof endless);
    memcpy(endless, "GET /", 5);
    assert_int_equal(test_http_ask_bytes(task, port, endless, 20000)->status, 414);
    memcpy(endless, GET "X: ", 19);
    assert_int_equal(test_http_ask_bytes(task, port, endless, 20000)->status, 431);
    http_server_free(server);
}

static void a_line_without_an_end_is_refused(void **state)
{
    (void)state;
    test_in_task(send_endless_lines, NULL);
}

/* ---- one connection, several requests ---- */

static void keep_connection(struct task *task, void *argument)
{
    struct http_server *server = server_open(task, argument != NULL);
    const struct test_http_answer *answer =
        test_http_ask(task, http_server_port(server),
                      "GET /1 HTTP/1.1" HOST "\r\n" CHUNKED "3\r\nabc\r\n0\r\n\r\n"
                      "PUT /2 HTTP/1.1" HOST "Content-Length: 2\r\n\r\n{}"
                      "GET /3 HTTP/1.1" HOST "Connection: close\r\n\r\n"
                      "GET /4 HTTP/1.1" HOST "\r\n");
    assert_string_equal(seen, "/1;/;/2;/3;");
    assert_non_null(strstr(answer->text, "GET /3"));
    assert_non_null(strstr(answer->text, "body=3:abc"));
    http_server_free(server);
}

static void a_connection_is_kept(void **state)
{
    (void)state;
    test_in_task(keep_connection, NULL);
    test_in_task(keep_connection, in_task);
}

/* ---- Expect: 100-continue ---- */

static struct test_http_answer waited;

static void wait_for_go(void *argument)
{
    static const char head[] = POST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    char go[64] = "";
    int client = test_http_connect(*(const int *)argument);
    (void)!send(client, head, sizeof head - 1, MSG_NOSIGNAL);
    if (recv(client, go, sizeof go - 1, 0) > 0 && strcmp(go, "HTTP/1.1 100 Continue\r\n\r\n") == 0)
        (void)!send(client, "hello", 5, MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    test_http_read(client, &waited);
    close(client);
}

static void expect(struct task *task, void *argument)
{
    struct http_server *server = server_open(task, argument != NULL);
    int port = http_server_port(server);
    assert_int_equal(task_offload(task, wait_for_go, &port), FAILURE_NONE);
    assert_int_equal(waited.status, 200);
    assert_non_null(strstr(waited.text, "body=5:hello"));
    const struct test_http_answer *answer =
        test_http_ask(task, port, POST "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    assert_int_equal(answer->status, 413); /* and no "go on" before it */
    http_server_free(server);
}

static void who_asks_first_hears_go_on(void **state)
{
    (void)state;
    test_in_task(expect, NULL);
    test_in_task(expect, in_task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read),
        cmocka_unit_test(who_finds_no_task_hears_503),
        cmocka_unit_test(what_http_forbids_is_refused),
        cmocka_unit_test(nothing_is_smuggled),
        cmocka_unit_test(head_and_body_have_maxima),
        cmocka_unit_test(a_line_without_an_end_is_refused),
        cmocka_unit_test(a_connection_is_kept),
        cmocka_unit_test(who_asks_first_hears_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
