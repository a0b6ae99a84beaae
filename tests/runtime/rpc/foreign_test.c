/* The server as callers see it that are not ours: foreign.py speaks to it through Python's gRPC and
 * through bare sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

extern char **environ;

struct script {
    char port[16];
    int exit_status;
};

static void run_script(void *argument)
{
    struct script *script = argument;
    char *words[] = {(char *)(uintptr_t) "/usr/bin/python3",
                     (char *)(uintptr_t) "tests/runtime/rpc/foreign.py", script->port, NULL};
    pid_t process;
    script->exit_status = -1;
    if (posix_spawn(&process, words[0], NULL, NULL, words, environ) != 0)
        return;
    while (waitpid(process, &script->exit_status, 0) < 0 && errno == EINTR)
        continue;
}

static void serve_the_script(struct task *task, void *argument)
{
    struct test_echo echo = {.settings = {.deadline_default_ms = 500,
                                          .request_wait_ms = 300,
                                          .call_arena_bytes_max = (size_t)4 * 1024 * 1024}};
    struct script script;
    (void)argument;
    test_echo_start(task, &echo);
    snprintf(script.port, sizeof script.port, "%d", rpc_server_port(echo.server));
    assert_int_equal(task_offload(task, run_script, &script), FAILURE_NONE);
    test_echo_stop(task, &echo, 5000);
    assert_int_equal(echo.begun, echo.ended);
    assert_int_equal(script.exit_status, 0);
}

static void a_foreign_caller_gets_what_the_protocol_promises(void **state)
{
    (void)state;
    test_in_task(serve_the_script, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_foreign_caller_gets_what_the_protocol_promises),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
