/* For the tests of tasks: a loop of their own, spawned into and run to the end. */
#ifndef TESTS_SUPPORT_TEST_TASKS_H
#define TESTS_SUPPORT_TEST_TASKS_H

#include "runtime/loop/task.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#include "runtime/base/clock.h"
#include "runtime/loop/loop.h"

#define STACK_SIZE ((size_t)64 * 1024)

/* ---- a loop per test, stopped when its tasks ended ---- */

static inline struct loop *loop_of_test(size_t tasks_max)
{
    return loop_new(STACK_SIZE, tasks_max);
}

static inline void run_to_the_end(struct loop *loop)
{
    loop_stop(loop);
    loop_run(loop);
    loop_free(loop);
}

static inline void spawn(struct loop *loop, const struct task_options *options,
                         void (*body)(struct task *task, void *argument), void *argument)
{
    assert_int_equal(loop_spawn(loop, options, body, argument), FAILURE_NONE);
}

#endif
