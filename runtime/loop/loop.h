/* The loop: one thread per process owns libuv, the coroutines, the database connections and
 * everything a handler may touch. Straight-line work runs in a task (task.h). Nothing here may be
 * called from another thread but loop_post. */
#ifndef RUNTIME_LOOP_LOOP_H
#define RUNTIME_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "runtime/loop/task.h"

struct loop;

/* One per process. stack_size_bytes of a coroutine (a guard page is added, sanitizers get four
 * times as much); tasks_max at once. A task that keeps the loop for over 0.1 s is named in the log
 * (loop_held) and counted (runtime_loop_held_total). */
struct loop *loop_new(size_t stack_size_bytes, size_t tasks_max);
void loop_free(struct loop *loop); /* asserts that no task is left */

/* Runs until loop_stop was called and nothing is left to do. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* libuv's loop (uv_loop_t), for runtime rooms that own handles (database, admin, http); they
 * include <uv.h> themselves. */
struct uv_loop_s *loop_uv(struct loop *loop);

/* Hands a function over to the loop thread. From any thread, never blocks, keeps order per posting
 * thread. The poster owns the memory: struct loop_posting is embedded in its object and must live
 * until function ran. */
struct loop_posting {
    struct loop_posting *next;
    void (*function)(struct loop_posting *posting);
};
void loop_post(struct loop *loop, struct loop_posting *posting);

/* Another library that waits in its own way, for an epoll set that the loop can join. While one is
 * set, loop_run calls wait in place of libuv's own waiting; wait calls loop_wait and returns when
 * the loop then has work, or when it has events of its own. NULL: libuv waits again.
 * Neither may be called from within wait. */
struct loop_waiter {
    void (*wait)(struct loop_waiter *waiter);
};
void loop_wait_with(struct loop *loop, struct loop_waiter *waiter);

/* Everything that the loop waits for joins the set as one descriptor, and parts from it before
 * either ends. */
void loop_join(struct loop *loop, int epoll);
void loop_part(struct loop *loop, int epoll);

/* epoll_wait(2) of a set that the loop has joined, at most for timeout_ms (negative: as long as the
 * loop may sleep); how many events are the library's own, the only ones that stay in events. */
int loop_wait(struct loop *loop, int epoll, struct epoll_event *events, int events_max,
              int timeout_ms);
bool loop_has_work(struct loop *loop); /* it has to go on, so wait has to return */

/* The same filter for whoever waits for a joined set without the loop, on any thread. */
int loop_take_out(struct epoll_event *events, int count);

/* Starts a task; body runs at the latest when the caller returns to the loop. FAILURE_EXHAUSTED at
 * tasks_max. options may be NULL. The task and its arena end when body returns. */
struct task_options {
    const char *name;         /* literal, for logs and metrics */
    int64_t timeout_ms;       /* 0: none */
    size_t arena_bytes_max;   /* 0: 1 MiB */
    const char *request_id;   /* copied into the task's arena; NULL: none */
    const char *trace_parent; /* W3C traceparent, copied; NULL: a new trace */
    const char *trace_state;  /* W3C tracestate of that, copied into the arena; NULL: none */
    enum span_kind span_kind; /* of the task's span, which is recorded when its trace is. SPAN_NONE:
                                 internal, and a trace that would begin here is never recorded */
};
enum failure loop_spawn(struct loop *loop, const struct task_options *options,
                        void (*body)(struct task *task, void *argument), void *argument) must_check;

/* A periodic job: body runs in a task of its own every interval_ms (±10 % jitter, first after one
 * interval) and with an arena of 16 MiB, never twice at once; what it returns is logged and counted
 * (runtime_job_runs_total, runtime_job_failures_total). Not run while the clock is wrong
 * (clock_is_right). loop_job_wake runs it at once (again, if it is running). Stopped by loop_stop:
 * the running task is cancelled.
 */
struct loop_job;
struct loop_job *loop_every(struct loop *loop, const char *name, int64_t interval_ms,
                            enum failure (*body)(struct task *task, void *argument),
                            void *argument);
void loop_job_wake(struct loop_job *job);

size_t loop_task_count(const struct loop *loop);

#endif
