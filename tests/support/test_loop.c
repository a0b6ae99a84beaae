#include "tests/support/test_loop.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define STACK_SIZE_BYTES ((size_t)256 * 1024)
#define TASKS_MAX 1024
#define TIMEOUT_MS 60000

struct test_body {
    void (*body)(struct task *task, void *argument);
    void *argument;
};

static void run_and_stop(struct task *task, void *argument)
{
    struct test_body *test = argument;
    test->body(task, test->argument);
    loop_stop(task_loop(task));
}

/* A failed assertion of cmocka jumps out of the coroutine and leaves its loop behind in the middle
 * of everything. */
static bool is_inside;

static void enter(void)
{
    if (is_inside) {
        fprintf(stderr, "A test failed inside its task; the tests after it are not run.\n");
        exit(1);
    }
    is_inside = true;
}

void test_in_task(void (*body)(struct task *task, void *argument), void *argument)
{
    enter();
    signal(SIGPIPE, SIG_IGN);
    struct loop *loop = loop_new(STACK_SIZE_BYTES, TASKS_MAX);
    struct test_body test = {body, argument};
    struct task_options options = {
        .name = "test", .timeout_ms = TIMEOUT_MS, .arena_bytes_max = (size_t)64 * 1024 * 1024};
    enum failure failure = loop_spawn(loop, &options, run_and_stop, &test);
    assert(failure == FAILURE_NONE);
    (void)failure;
    loop_run(loop);
    loop_free(loop);
    is_inside = false;
}
