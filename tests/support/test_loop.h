/* Runs a test's body in a task of a real loop: the body may await. */
#ifndef TESTS_SUPPORT_TEST_LOOP_H
#define TESTS_SUPPORT_TEST_LOOP_H

#include "runtime/loop/loop.h"

/* Makes a loop, runs body in a task (60 s timeout), runs the loop until the body ended, frees the
 * loop. */
void test_in_task(void (*body)(struct task *task, void *argument), void *argument);

#endif
