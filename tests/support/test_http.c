#include "tests/support/test_http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int test_http_connect(int port)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int failed = connect(client, (const struct sockaddr *)&address, sizeof address);
    assert(client >= 0 && failed == 0);
    (void)failed;
    return client;
}

void test_http_read(int client, struct test_http_answer *answer)
{
    answer->size = 0;
    for (ssize_t got; (got = recv(client, answer->text + answer->size,
                                  sizeof answer->text - 1 - answer->size, 0)) > 0;)
        answer->size += (size_t)got;
    answer->text[answer->size] = '\0';
    answer->status =
        strncmp(answer->text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer->text + 9, NULL, 10) : 0;
}

struct asking {
    int port;
    const char *sent;
    size_t size;
};

static struct test_http_answer answer;

static void ask(void *argument)
{
    const struct asking *asking = argument;
    int client = test_http_connect(asking->port);
    (void)!send(client, asking->sent, asking->size, MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    test_http_read(client, &answer);
    close(client);
}

const struct test_http_answer *test_http_ask_bytes(struct task *task, int port, const char *sent,
                                                   size_t size)
{
    struct asking asking = {port, sent, size};
    enum failure failure = task_offload(task, ask, &asking);
    assert(failure == FAILURE_NONE);
    (void)failure;
    return &answer;
}

const struct test_http_answer *test_http_ask(struct task *task, int port, const char *sent)
{
    return test_http_ask_bytes(task, port, sent, strlen(sent));
}
