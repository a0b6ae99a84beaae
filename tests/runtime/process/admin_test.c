/* The admin port over real sockets: what it answers, what it refuses, what bounds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/process/admin.h"
#include "tests/support/test_http.h"
#include "tests/support/test_loop.h"

static struct admin_answer answer_greeting(void *context, struct arena *arena)
{
    return (struct admin_answer){200, "text/plain",
                                 arena_printf(arena, "hello %s\n", (const char *)context)};
}

static struct admin_answer answer_large(void *context, struct arena *arena)
{
    (void)context;
    char *body = arena_alloc(arena, 1000001);
    memset(body, 'x', 1000000);
    return (struct admin_answer){200, "text/plain", body};
}

static struct admin_answer answer_exhausted(void *context, struct arena *arena)
{
    (void)context;
    (void)arena;
    return (struct admin_answer){200, "text/plain", NULL};
}

static const struct admin_page pages[] = {{"/greeting", answer_greeting},
                                          {"/large", answer_large},
                                          {"/exhausted", answer_exhausted},
                                          {NULL, NULL}};

static char context[] = "operator";

static const struct test_http_answer *ask(struct task *task, const struct admin *admin,
                                          const char *sent)
{
    return test_http_ask(task, admin_port(admin), sent);
}

static struct admin *open_admin(struct task *task)
{
    struct admin *admin = admin_new(task_loop(task), "127.0.0.1:0", pages, context);
    assert_non_null(admin);
    return admin;
}

/* ---- what it answers ---- */

static void ask_for_pages(struct task *task, void *argument)
{
    (void)argument;
    static const struct {
        const char *sent;
        const char *begins;
        const char *ends;
    } cases[] = {
        {"GET /greeting HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n",
         "\r\nContent-Length: 15\r\n\r\nhello operator\n"},
        {"\r\nGET /greeting HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n",
         "\r\nContent-Length: 15\r\n\r\nhello operator\n"},
        {"GET /greeting?a=b HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", "hello operator\n"},
        {"GET /nothing HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ", "Not Found"},
        {"GET /greeting/more HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ", "Not Found"},
        {"GET /exhausted HTTP/1.1\r\n\r\n", "HTTP/1.1 503 ", "Service Unavailable"},
        {"POST /greeting HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 405 ",
         "Method Not Allowed"},
        {"HEAD /greeting HTTP/1.1\r\n\r\n", "HTTP/1.1 405 ", "\r\n\r\n"},
        {"GET /greeting\r\n\r\n", "HTTP/1.1 400 ", ""},
        {"GET greeting HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "Bad Request"},
        {"GET /greeting HTTP/2\r\n\r\n", "HTTP/1.1 400 ", ""},
        {"GET\r\n\r\n", "", ""}, /* closed without an answer, like the next */
        {"  \r\n\r\n", "", ""},
    };
    struct admin *admin = open_admin(task);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct test_http_answer *answer = ask(task, admin, cases[i].sent);
        size_t end = strlen(cases[i].ends);
        assert_memory_equal(answer->text, cases[i].begins, strlen(cases[i].begins));
        assert_true(answer->size >= end && (answer->size == 0) == (cases[i].begins[0] == '\0'));
        assert_string_equal(answer->text + answer->size - end, cases[i].ends);
        bool is_last = strstr(cases[i].sent, "close") != NULL ||
                       strstr(cases[i].sent, "HTTP/1.0") != NULL || answer->status == 400;
        assert_int_equal(strstr(answer->text, "\r\nConnection: close\r\n") != NULL, is_last);
    }
    assert_non_null(strstr(ask(task, admin, "PUT / HTTP/1.1\r\n\r\n")->text, "\r\nAllow: GET\r\n"));
    assert_true(ask(task, admin, "GET /large HTTP/1.1\r\n\r\n")->size > 1000000);
    admin_free(admin);
}

static void pages_are_answered(void **state)
{
    (void)state;
    test_in_task(ask_for_pages, NULL);
}

/* ---- what bounds it ---- */

static char long_head[8192];

static void send_long_heads(struct task *task, void *argument)
{
    (void)argument;
    struct admin *admin = open_admin(task);
    int prefix = snprintf(long_head, sizeof long_head, "GET /greeting HTTP/1.1\r\nX: ");
    memset(long_head + prefix, 'x', sizeof long_head - (size_t)prefix);
    static const struct {
        size_t size;
        const char *begins;
    } cases[] = {{4096, "HTTP/1.1 200 "}, {4097, "HTTP/1.1 431 "}, {8000, "HTTP/1.1 431 "}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(long_head + prefix, 'x', sizeof long_head - (size_t)prefix);
        memcpy(long_head + cases[i].size - 4, "\r\n\r\n", 5);
        assert_memory_equal(ask(task, admin, long_head)->text, cases[i].begins,
                            strlen(cases[i].begins));
    }
    const struct test_http_answer *answer =
        test_http_ask_bytes(task, admin_port(admin), "GET /gre\0eting HTTP/1.1\r\n\r\n", 27);
    assert_memory_equal(answer->text, "HTTP/1.1 400 ", 13);
    admin_free(admin);
}

static void a_head_has_a_maximum(void **state)
{
    (void)state;
    test_in_task(send_long_heads, NULL);
}

#define CLIENTS 40
#define PLACES 32

static int closed_count(const int clients[CLIENTS])
{
    int closed = 0;
    for (int i = 0; i < CLIENTS; i++) {
        char byte;
        closed += recv(clients[i], &byte, 1, MSG_DONTWAIT) == 0;
    }
    return closed;
}

struct crowd {
    int port;
    int clients[CLIENTS];
};

/* Each client says nothing and holds a place, until later ones take it; who asks is answered all
 * the same. */
static void come(void *argument)
{
    struct crowd *crowd = argument;
    struct pollfd watched[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        crowd->clients[i] = test_http_connect(crowd->port);
        watched[i] = (struct pollfd){.fd = crowd->clients[i], .events = POLLIN};
    }
    while (closed_count(crowd->clients) < CLIENTS - PLACES && poll(watched, CLIENTS, 5000) > 0)
        continue;
}

static void come_in_crowds(struct task *task, void *argument)
{
    (void)argument;
    struct admin *admin = open_admin(task);
    struct crowd crowd = {.port = admin_port(admin)};
    assert_int_equal(task_offload(task, come, &crowd), FAILURE_NONE);
    const struct test_http_answer *answer = ask(task, admin, "GET /greeting HTTP/1.1\r\n\r\n");
    assert_memory_equal(answer->text, "HTTP/1.1 200 ", 13);
    assert_int_equal(closed_count(crowd.clients), CLIENTS - PLACES + 1);
    for (int i = 0; i < CLIENTS; i++)
        close(crowd.clients[i]);
    answer = ask(task, admin, "GET /greeting HTTP/1.1\r\n\r\n");
    assert_memory_equal(answer->text, "HTTP/1.1 200 ", 13);
    admin_free(admin);
}

static void connections_have_a_maximum(void **state)
{
    (void)state;
    test_in_task(come_in_crowds, NULL);
}

/* ---- addresses ---- */

static void open_addresses(struct task *task, void *argument)
{
    (void)argument;
    struct admin *admin = open_admin(task);
    char taken[64];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", admin_port(admin));
    assert_null(admin_new(task_loop(task), taken, pages, context));
    static const char *const wrong[] = {"",
                                        "7410",
                                        "localhost:7410",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:70000",
                                        "127.0.0.1:7410x",
                                        "[::1]",
                                        "::1:x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_null(admin_new(task_loop(task), wrong[i], pages, context));
    admin_free(admin);
}

static void a_taken_or_wrong_address_is_refused(void **state)
{
    (void)state;
    test_in_task(open_addresses, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_answered),
        cmocka_unit_test(a_head_has_a_maximum),
        cmocka_unit_test(connections_have_a_maximum),
        cmocka_unit_test(a_taken_or_wrong_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
