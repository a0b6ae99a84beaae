/* A call does not cost more for the connections that are open beside it: the kernel names those
 * that have something, and nobody looks at the others. Counted, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

#define IDLE 400
#define CALLS 50

/* ---- counting ---- */

/* Descriptors that were handed to poll(2), and that epoll gave back; on any thread. */
static atomic_size_t looked_at;

/* In the place of glibc's, for every library of the process. */
int poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    struct timespec wait = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    looked_at += count;
    return (int)syscall(SYS_ppoll, descriptors, count, timeout_ms < 0 ? NULL : &wait, NULL, 0);
}

int epoll_pwait(int epoll, struct epoll_event *events, int events_max, int timeout_ms,
                const sigset_t *mask)
{
    int ready =
        (int)syscall(SYS_epoll_pwait, epoll, events, events_max, timeout_ms, mask, _NSIG / 8);
    looked_at += ready > 0 ? (size_t)ready : 0;
    return ready;
}

/* ---- connections ---- */

static int connection_open(int port)
{
    static const char hello[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(
        connect(descriptor, (const struct sockaddr *)(const void *)&address, sizeof address), 0);
    assert_int_equal(send(descriptor, hello, sizeof hello - 1, 0), (ssize_t)sizeof hello - 1);
    return descriptor;
}

/* Until the server answers the greeting, and is heard no more. */
static void connection_settle(struct task *task, int descriptor)
{
    char bytes[256];
    while (recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

/* ---- calls ---- */

static size_t looked_at_for_calls(struct task *task, struct test_echo *echo)
{
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    Runtime__Test__V1__EchoResponse *response;
    size_t before = looked_at;
    for (int number = 0; number < CALLS; number++)
        assert_int_equal(test_echo_call(task, echo, &request, &response, NULL), FAILURE_NONE);
    return looked_at - before;
}

static void call_beside_idle_connections(struct task *task, void *argument)
{
    struct test_echo echo = {0};
    int idle[IDLE];
    (void)argument;
    test_echo_start(task, &echo);
    size_t alone = looked_at_for_calls(task, &echo);
    for (int number = 0; number < IDLE; number++)
        idle[number] = connection_open(rpc_server_port(echo.server));
    for (int number = 0; number < IDLE; number++)
        connection_settle(task, idle[number]);
    size_t beside = looked_at_for_calls(task, &echo);
    assert_true(alone > 0);
    assert_in_range(beside, 1, 2 * alone + IDLE);
    for (int number = 0; number < IDLE; number++)
        close(idle[number]);
    test_echo_stop(task, &echo, 10000);
}

static void idle_connections_cost_a_call_nothing(void **state)
{
    (void)state;
    test_in_task(call_beside_idle_connections, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_connections_cost_a_call_nothing),
    };
    return cmocka_run_group_tests_name("idle_connections", tests, NULL, NULL);
}
