/* A blocking HTTP client that sends whatever bytes it is given, for tests of the server. The
 * functions without a task block: they belong into task_offload. */
#ifndef TESTS_SUPPORT_TEST_HTTP_H
#define TESTS_SUPPORT_TEST_HTTP_H

#include <stddef.h>

#include "runtime/loop/task.h"

#define TEST_HTTP_ANSWER_MAX 1100000

struct test_http_answer {
    size_t size;
    int status; /* of the first answer; 0: the connection ended without one */
    char text[TEST_HTTP_ANSWER_MAX];
};

int test_http_connect(int port); /* a socket */

/* Reads to the end of the connection. */
void test_http_read(int client, struct test_http_answer *answer);

/* Sends, ends its own side and reads to the end; what is returned is overwritten by the next. */
const struct test_http_answer *test_http_ask_bytes(struct task *task, int port, const char *sent,
                                                   size_t size);
const struct test_http_answer *test_http_ask(struct task *task, int port, const char *sent);

#endif
