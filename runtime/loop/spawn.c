/* The life of a task: from its spawn, on a stack that is kept for the next one, to its end. */
#include <assert.h>
#include <stdlib.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"
#include "runtime/loop/scheduler.h"

#define ARENA_BYTES_MAX_DEFAULT ((size_t)1024 * 1024)
#define HELD_US_MAX 100000 /* what takes longer belongs into task_offload */

static struct metric tasks_alive = {
    .name = "runtime_tasks", .help = "Tasks alive.", .kind = METRIC_GAUGE};

static struct metric loop_held = {.name = "runtime_loop_held_total",
                                  .help = "Times that a task kept the loop for over 0.1 s.",
                                  .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(loop_held);

static void task_main(struct coroutine *coroutine)
{
    struct task *task =
        (struct task *)(void *)((char *)coroutine - offsetof(struct task, coroutine));
    task->body(task, task->argument);
}

static struct task *task_take(struct loop *loop)
{
    struct task *task = loop->idle;
    if (task != NULL) {
        loop->idle = task->next;
        return task;
    }
    task = calloc(1, sizeof *task);
    if (task != NULL && !coroutine_init(&task->coroutine, loop->stack_size)) {
        free(task);
        return NULL;
    }
    return task;
}

void task_dispose(struct task *task)
{
    assert(task->waiter.event == NULL && task->timer_index == 0);
    coroutine_deinit(&task->coroutine);
    free(task);
}

/* Every stack is kept. To map one, touch its pages and give it back costs more than all else of a
 * short call, and who was busy once needs as many again. */
static void task_give_back(struct task *task)
{
    struct loop *loop = task->loop;
    assert(task->waiter.event == NULL && task->timer_index == 0);
    task->next = loop->idle;
    loop->idle = task;
}

static void task_open(struct task *task, struct loop *loop, const struct task_options *options)
{
    assert(task->waiter.event == NULL);
    task->loop = loop;
    task->cancelled = false;
    task->has_acted = false;
    task->deadline_us = options->timeout_ms > 0 ? us_from_now(options->timeout_ms) : NEVER_US;
    task->timer_index = 0;
    task->waiter = (struct event_waiter){.task = task};
    task->name = options->name == NULL ? "" : options->name;
    arena_init(&task->arena,
               options->arena_bytes_max > 0 ? options->arena_bytes_max : ARENA_BYTES_MAX_DEFAULT);
    task_begin_trace(task, options);
    task->request_id =
        text_is_empty(options->request_id) ? "" : arena_strdup(&task->arena, options->request_id);
}

static void task_link(struct task *task)
{
    struct loop *loop = task->loop;
    task->previous_alive = NULL;
    task->next_alive = loop->alive;
    if (loop->alive != NULL)
        loop->alive->previous_alive = task;
    loop->alive = task;
    loop->task_count++;
    assert(loop->task_count <= loop->tasks_max);
    metric_set(&tasks_alive, NULL, (int64_t)loop->task_count);
}

static void task_unlink(struct task *task)
{
    struct loop *loop = task->loop;
    assert(loop->alive != NULL);
    if (task->previous_alive != NULL)
        task->previous_alive->next_alive = task->next_alive;
    else
        loop->alive = task->next_alive;
    if (task->next_alive != NULL)
        task->next_alive->previous_alive = task->previous_alive;
    assert(loop->task_count > 0);
    loop->task_count--;
    metric_set(&tasks_alive, NULL, (int64_t)loop->task_count);
}

enum failure loop_spawn(struct loop *loop, const struct task_options *options,
                        void (*body)(struct task *task, void *argument), void *argument)
{
    static const struct task_options no_options = {0};
    assert(loop_is_here(loop) && body != NULL);
    struct task *task = loop->task_count >= loop->tasks_max ? NULL : task_take(loop);
    if (task == NULL)
        return FAILURE_EXHAUSTED;
    task_open(task, loop, options == NULL ? &no_options : options);
    task->body = body;
    task->argument = argument;
    coroutine_prepare(&task->coroutine, task_main);
    task_link(task);
    task->phase = TASK_WAITING;
    task_make_ready(task);
    return FAILURE_NONE;
}

static void complain_of_holding(const struct task *task, int64_t held_us)
{
    assert(held_us > HELD_US_MAX);
    metric_add(&loop_held, NULL, 1);
    log_write(LOG_WARN, "loop_held", log_text("task", task->name), log_int64("held_us", held_us));
}

static void task_enter(struct task *task)
{
    int64_t started_us = clock_monotonic_us();
    task_running = task;
    task->phase = TASK_RUNNING;
    log_set_context(task->request_id, task->trace.trace_id);
    coroutine_enter(&task->coroutine);
    assert(task_running == task);
    int64_t held_us = clock_monotonic_us() - started_us;
    if (held_us > HELD_US_MAX)
        complain_of_holding(task, held_us);
    log_set_context(NULL, NULL);
    task_running = NULL;
}

void task_run(struct task *task)
{
    assert(task_running == NULL && task->phase == TASK_READY);
    task_enter(task);
    if (!task->coroutine.ended)
        return;
    assert(task->waiter.event == NULL);
    task_end_trace(task);
    task_unlink(task);
    arena_deinit(&task->arena);
    task_give_back(task);
}
