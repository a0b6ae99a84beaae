#include "runtime/loop/aside.h"

static void do_work(struct task *task, void *argument)
{
    struct aside *aside = argument;
    aside->task = task;
    aside->failure = aside->unwanted ? FAILURE_CANCELLED : aside->work(task, aside->argument);
    if (aside->failure == FAILURE_NONE && arena_exhausted(task_arena(task)))
        aside->failure = FAILURE_EXHAUSTED;
    aside->task = NULL;
    event_signal(&aside->worked);
    task_wait_to_the_end(task, &aside->left);
    event_signal(&aside->ended);
}

enum failure aside_do(struct task *task, struct aside *aside, const char *name,
                      size_t arena_bytes_max)
{
    struct task_options options = {.name = name,
                                   .arena_bytes_max = arena_bytes_max,
                                   .request_id = task_request_id(task),
                                   .trace_parent = task_trace_parent(task),
                                   .trace_state = task_trace_state(task)};
    int64_t remaining_ms = task_remaining_ms(task);
    enum failure failure = task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    if (remaining_ms != INT64_MAX)
        options.timeout_ms = remaining_ms + 1; /* 0 would be none */
    failure = loop_spawn(task_loop(task), &options, do_work, aside);
    if (failure != FAILURE_NONE)
        return failure;
    aside->began = true;
    failure = task_wait(task, &aside->worked);
    if (failure == FAILURE_NONE)
        return aside->failure;
    aside->unwanted = true;
    if (aside->task != NULL)
        task_cancel(aside->task);
    task_wait_to_the_end(task, &aside->worked);
    return failure;
}

void aside_end(struct task *task, struct aside *aside)
{
    if (!aside->began)
        return;
    event_signal(&aside->left);
    task_wait_to_the_end(task, &aside->ended);
}
