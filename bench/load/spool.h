/* The spool of an installation for tests: messages as files, one of which has the code. */
#ifndef BENCH_LOAD_SPOOL_H
#define BENCH_LOAD_SPOOL_H

#include <stdbool.h>

#include "runtime/loop/task.h"

#define CODE_SIZE 7

/* Awaits the message to an address or a number and reads its code; false: none came in time. */
bool spool_await_code(struct task *task, const char *folder, const char *to, char code[CODE_SIZE]);

#endif
