/* A task: one piece of straight-line work (an rpc call, a run of a job) in a coroutine of its own,
 * with an arena, a deadline and the ids that logs carry. Every await takes the task and returns
 * FAILURE_CANCELLED or FAILURE_DEADLINE when the work is no longer wanted, so cleaning up is
 * ordinary code. State shared with other tasks may change across every await. */
#ifndef RUNTIME_LOOP_TASK_H
#define RUNTIME_LOOP_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/failure.h"
#include "runtime/trace/span.h"

struct loop;
struct task; /* opaque */

/* The task of the coroutine that is running; NULL outside of one. */
struct task *task_current(void);

struct loop *task_loop(const struct task *task);
struct arena *task_arena(struct task *task); /* memory until the task ends */

/* FAILURE_NONE while the work is wanted, else FAILURE_CANCELLED or FAILURE_DEADLINE. Does not
 * await. */
enum failure task_state(const struct task *task) must_check;

/* Milliseconds left until the deadline (never negative); INT64_MAX without one. */
int64_t task_remaining_ms(const struct task *task);

/* Something of this work may have been done where an end of the task does not undo it: a COMMIT or
 * a statement that writes was sent, a peer or a provider was asked. Afterwards nobody may say that
 * the work failed and nothing was done (failure_in_doubt). */
void task_note_act(struct task *task);
bool task_has_acted(const struct task *task);

/* May shorten the deadline, never lengthens it. timeout_ms from now. */
void task_limit_ms(struct task *task, int64_t timeout_ms);

/* Wakes the task's await with FAILURE_CANCELLED. From the loop thread. */
void task_cancel(struct task *task);

const char *task_name(const struct task *task);         /* "" when none */
const char *task_request_id(const struct task *task);   /* "" when none */
const char *task_trace_parent(const struct task *task); /* W3C traceparent of this task's span */
const char *task_trace_state(const struct task *task);  /* W3C tracestate; "" when none */
bool task_continues_trace(const struct task *task);     /* that a caller began */

/* ---- spans (runtime/trace/span.h) ----
 *
 * A task is a span by itself, when its trace is recorded; what it waits for outside are its
 * children: a call to a peer, a statement, a request. */
struct trace_span *task_span(struct task *task); /* NULL: not recorded */

/* A child of the task's span, to be ended by the caller. NULL: not recorded, or there is no task.
 */
struct trace_span *task_span_begin(const struct task *task, enum span_kind kind, const char *name);

/* Work of one task for several others. Each asker has a span of its waiting. The first that is
 * recorded is the parent of this task's span, so that a lone call is one trace; with the others
 * (a call has many parents) it is linked, both ways. The name is the span's. A NULL asker is not
 * recorded. task_trace_done ends the span, when the task goes on with other work. */
void task_trace_for(struct task *task, struct trace_span *asker, const char *name);
void task_trace_done(struct task *task);

/* Awaits a pause. */
enum failure task_sleep_ms(struct task *task, int64_t duration_ms) must_check;

/* Runs work(argument) on libuv's thread pool and awaits its end. For what blocks or takes over a
 * millisecond of CPU (password hashing, files, name look-up). The await is not cut short (argument
 * stays in use); check task_state afterwards. */
enum failure task_offload(struct task *task, void (*work)(void *argument),
                          void *argument) must_check;

/* An event: one or more tasks await it, loop code signals it. Plain data, initialised with
 * EVENT_INIT or zeros. A signal without a waiter is kept for the next wait (a binary semaphore);
 * event_signal_all wakes every waiter and keeps nothing. */
struct event_waiter;
struct event {
    struct event_waiter *first;
    struct event_waiter *last;
    bool signalled;
};
#define EVENT_INIT ((struct event){0})
void event_signal(struct event *event);
void event_signal_all(struct event *event);

/* Awaits a signal; returns early with FAILURE_CANCELLED or FAILURE_DEADLINE. */
enum failure task_wait(struct task *task, struct event *event) must_check;

/* As task_wait, but for duration_ms at most; FAILURE_DEADLINE then, too (task_state tells the two
 * apart). */
enum failure task_wait_ms(struct task *task, struct event *event, int64_t duration_ms) must_check;

/* Awaits a signal whatever happens to the task: for work that others are doing on this task's
 * memory (a batch, a COMMIT). */
void task_wait_to_the_end(struct task *task, struct event *event);

/* As task_wait_to_the_end, but for duration_ms at most; whether the event was signalled. */
bool task_wait_to_the_end_ms(struct task *task, struct event *event, int64_t duration_ms);

#endif
