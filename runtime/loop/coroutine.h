/* A coroutine: a function that runs on a stack of its own and can be left and entered again. One
 * thread enters them all, one at a time. Only task.c uses this; everything else awaits through a
 * task. */
#ifndef RUNTIME_LOOP_COROUTINE_H
#define RUNTIME_LOOP_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

struct coroutine {
    char *mapping; /* a guard page, then the stack */
    size_t mapping_size;
    void
        *stack_pointer; /* while it is left; a ucontext_t on machines without a switch of our own */
    void *caller_stack_pointer; /* while it runs */
    void (*function)(struct coroutine *coroutine);
    bool ended;
    void *fiber; /* what sanitizers know the stack by */
    void *caller_fiber;
    const void *caller_stack;
    size_t caller_stack_size;
    unsigned valgrind_id;
};

/* Maps the stack. false: no memory. Sanitizers get a larger one. */
bool coroutine_init(struct coroutine *coroutine, size_t stack_size_bytes) must_check;
void coroutine_deinit(struct coroutine *coroutine);

/* Gets it ready to run function from its start; of a fresh one or of one that ended. */
void coroutine_prepare(struct coroutine *coroutine, void (*function)(struct coroutine *coroutine));

/* Runs it until it leaves or its function returns (coroutine->ended). */
void coroutine_enter(struct coroutine *coroutine);

/* From within: back to who entered. Returns at the next enter. */
void coroutine_leave(struct coroutine *coroutine);

#endif
