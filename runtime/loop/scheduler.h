/* Inside the loop: what loop.c, spawn.c, task.c, trace.c, offload.c, timer.c and job.c know of each
 * other. Nothing outside this folder includes it. */
#ifndef RUNTIME_LOOP_SCHEDULER_H
#define RUNTIME_LOOP_SCHEDULER_H

#include <stdatomic.h>

#include <uv.h>

#include "runtime/loop/coroutine.h"
#include "runtime/loop/loop.h"

#define NEVER_US INT64_MAX

/* How a task stands. A task is on the ready list, or running, or waiting. */
enum task_phase { TASK_READY, TASK_RUNNING, TASK_WAITING, TASK_WAITING_TO_THE_END };

struct event_waiter {
    struct event *event; /* NULL: none, or already signalled */
    struct event_waiter *next;
    struct event_waiter *previous;
    struct task *task;
};

struct task {
    struct coroutine coroutine;
    struct loop *loop;
    struct task *next; /* of the ready list, or of the idle ones */
    struct task *next_alive;
    struct task *previous_alive;
    enum task_phase phase;
    bool cancelled;
    bool has_acted;
    int64_t deadline_us; /* monotonic; NEVER_US: none */
    int64_t wake_us;     /* of the wait under way; NEVER_US: no timer */
    size_t timer_index;  /* in the heap, from 1; 0: not there */
    struct event_waiter waiter;
    struct arena arena;
    const char *name;
    const char *request_id;
    struct trace_context trace; /* of the task's own span */
    struct trace_span *span;    /* NULL: not recorded */
    bool continues_trace;       /* that somebody else began */
    const char *trace_state;    /* "" when none */
    char trace_parent[TRACE_PARENT_SIZE];
    void (*body)(struct task *task, void *argument);
    void *argument;
};

/* Waiting tasks that have a time to be woken at, soonest first. */
struct timer_heap {
    struct task **tasks; /* from 1 */
    size_t count;
    size_t count_max;
};

bool timer_heap_init(struct timer_heap *heap, size_t count_max) must_check;
void timer_heap_deinit(struct timer_heap *heap);
void timer_heap_add(struct timer_heap *heap, struct task *task);
void timer_heap_remove(struct timer_heap *heap,
                       struct task *task);                    /* nothing when it is not there */
struct task *timer_heap_first(const struct timer_heap *heap); /* NULL when empty */

struct loop_job {
    struct loop *loop;
    struct loop_job *next;
    const char *name;
    int64_t interval_ms;
    enum failure (*body)(struct task *task, void *argument);
    void *argument;
    uv_timer_t timer;
    struct task *running; /* NULL until the started task runs */
    bool starting;        /* from the spawn to the end of the run */
    bool again;           /* woken meanwhile */
};

void loop_job_stop(struct loop_job *job);
void loop_job_close(struct loop_job *job); /* before the last turn of the loop */

struct loop {
    uv_loop_t uv;
    uv_prepare_t before_poll;
    uv_check_t after_poll;
    uv_idle_t while_ready; /* keeps poll from blocking while tasks are ready */
    uv_timer_t timer;      /* for the first of timers */
    uv_async_t posted;
    _Atomic(struct loop_posting *) postings; /* newest first */
    uv_thread_t thread;
    size_t stack_size;
    size_t tasks_max;
    size_t task_count;
    struct task *alive;
    struct task *idle; /* stacks kept for the next ones */
    struct task *ready_first;
    struct task *ready_last;
    struct timer_heap timers;
    struct loop_job *jobs;
    struct loop_waiter *waiter; /* NULL: libuv waits */
    bool is_readable;           /* libuv's descriptor was, and libuv has not run since */
    bool running;
    bool stopping;
};

/* Everything but loop_post asserts this. */
static inline bool loop_is_here(const struct loop *loop)
{
    uv_thread_t here = uv_thread_self();
    return uv_thread_equal(&here, &loop->thread) != 0;
}

extern _Thread_local struct task *task_running;

int64_t us_from_now(int64_t duration_ms); /* NEVER_US when that is too far away */
/* The task is a span of its own in the caller's trace, or begins a trace. Its name and arena are
 * there. */
void task_begin_trace(struct task *task, const struct task_options *options);
void task_end_trace(struct task *task);

void task_make_ready(struct task *task);
void task_run(struct task *task);     /* until it awaits or ends */
void task_dispose(struct task *task); /* of an idle one: its stack goes too */

#endif
