/* For the tests of the HTTP client and of mail: a peer in Python (peer.py) that says what it got.
 */
#ifndef TESTS_SUPPORT_TEST_HTTP_PEER_H
#define TESTS_SUPPORT_TEST_HTTP_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "runtime/http/http_client.h"
#include "tests/support/test_loop.h"

static int http_port;
static int smtp_port;

/* ---- the peer ---- */

static int peer_input;
static pid_t peer;

static inline int start_peer(void **state)
{
    (void)state;
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
        return -1;
    peer = fork();
    if (peer == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execl("/usr/bin/python3", "python3", "tests/runtime/http/peer.py", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer_input = in[1];
    FILE *told = fdopen(out[0], "r");
    bool understood = fscanf(told, "%d %d", &http_port, &smtp_port) == 2;
    fclose(told);
    return understood ? 0 : -1;
}

static inline int stop_peer(void **state)
{
    (void)state;
    close(peer_input);
    waitpid(peer, NULL, 0);
    return 0;
}

/* ---- asking ---- */

struct test {
    struct task *task;
    struct http_client *client;
    struct http_answer answer;
};

static inline void run_with_client(struct task *task, void *argument)
{
    void (*body)(struct test * test) = *(void (**)(struct test *))argument;
    struct test test = {.task = task, .client = http_client_new(task_loop(task), 4)};
    body(&test);
    http_client_free(test.client);
}

static inline void run(void (*body)(struct test *test))
{
    test_in_task(run_with_client, &body);
}

static inline const char *url_of(struct test *test, const char *path)
{
    return arena_printf(task_arena(test->task), "http://127.0.0.1:%d%s", http_port, path);
}

static inline enum failure send_request(struct test *test, struct http_request request)
{
    if (request.timeout_ms == 0)
        request.timeout_ms = 10000;
    if (request.answer_bytes_max == 0)
        request.answer_bytes_max = 65536;
    return http_client_send(test->task, test->client, &request, &test->answer);
}

static inline enum failure get(struct test *test, const char *path)
{
    return send_request(test, (struct http_request){.method = "GET", .url = url_of(test, path)});
}

static inline const char *body_of(const struct test *test)
{
    assert_int_equal(test->answer.body.data[test->answer.body.size], 0);
    return (const char *)test->answer.body.data;
}

static inline json_t *json_of(const struct test *test)
{
    json_t *json = json_loads(body_of(test), 0, NULL);
    assert_non_null(json);
    return json;
}

#endif
