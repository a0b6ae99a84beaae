/* Work aside: in a task of its own, so that its memory ends with it however long the one who asked
 * goes on, and never longer than that one is wanted: its cancel and its deadline reach the work,
 * and the work's own asides. */
#ifndef RUNTIME_LOOP_ASIDE_H
#define RUNTIME_LOOP_ASIDE_H

#include "runtime/loop/loop.h"

struct aside {
    enum failure (*work)(struct task *task, void *argument);
    void *argument;
    struct task *task; /* while it works */
    bool began, unwanted;
    enum failure failure;
    struct event worked, left, ended;
};

/* Does the work and awaits it: what the work returns, or why it could not begin, or that the task
 * is not wanted any more. The aside's memory stays until aside_end, which is called once whatever
 * this returned; the struct lives as long. */
enum failure aside_do(struct task *task, struct aside *aside, const char *name,
                      size_t arena_bytes_max) must_check;
void aside_end(struct task *task, struct aside *aside);

#endif
