#include "runtime/loop/task.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"
#include "runtime/loop/scheduler.h"

#define ARENA_BYTES_MAX_DEFAULT ((size_t)1024 * 1024)
#define IDLE_MAX 256
#define US_PER_MS 1000
#define TRACE_IDS_SIZE 24 /* 16 bytes of a trace, 8 of a span */
#define TRACES_DRAWN 32
#define HELD_US_MAX 100000 /* what takes longer belongs into task_offload */

static struct metric tasks_alive = {
    .name = "runtime_tasks", .help = "Tasks alive.", .kind = METRIC_GAUGE};

static struct metric loop_held = {.name = "runtime_loop_held_total",
                                  .help = "Times that a task kept the loop for over 0.1 s.",
                                  .kind = METRIC_COUNTER};

static _Thread_local struct task *current;

struct task *task_current(void)
{
    return current;
}

struct loop *task_loop(const struct task *task)
{
    return task->loop;
}

struct arena *task_arena(struct task *task)
{
    return &task->arena;
}

const char *task_request_id(const struct task *task)
{
    return task->request_id;
}

const char *task_trace_parent(const struct task *task)
{
    return task->trace_parent;
}

void task_note_act(struct task *task)
{
    task->has_acted = true;
}

bool task_has_acted(const struct task *task)
{
    return task->has_acted;
}

/* ---- time and cancellation ---- */

static int64_t us_from_now(int64_t duration_ms)
{
    int64_t now_us = clock_monotonic_us();
    return duration_ms >= (NEVER_US - now_us) / US_PER_MS ? NEVER_US
                                                          : now_us + duration_ms * US_PER_MS;
}

enum failure task_state(const struct task *task)
{
    if (task->cancelled)
        return FAILURE_CANCELLED;
    if (task->deadline_us != NEVER_US && task->deadline_us <= clock_monotonic_us())
        return FAILURE_DEADLINE;
    return FAILURE_NONE;
}

int64_t task_remaining_ms(const struct task *task)
{
    if (task->deadline_us == NEVER_US)
        return INT64_MAX;
    int64_t remaining_us = task->deadline_us - clock_monotonic_us();
    return remaining_us <= 0 ? 0 : remaining_us / US_PER_MS;
}

void task_limit_ms(struct task *task, int64_t timeout_ms)
{
    int64_t deadline_us = us_from_now(timeout_ms < 0 ? 0 : timeout_ms);
    if (deadline_us < task->deadline_us)
        task->deadline_us = deadline_us;
}

void task_cancel(struct task *task)
{
    assert(loop_is_here(task->loop));
    task->cancelled = true;
    if (task->phase == TASK_WAITING)
        task_make_ready(task);
}

/* ---- waiting ---- */

static void waiter_add(struct event *event, struct event_waiter *waiter)
{
    *waiter = (struct event_waiter){.event = event, .previous = event->last, .task = waiter->task};
    if (event->last != NULL)
        event->last->next = waiter;
    else
        event->first = waiter;
    event->last = waiter;
}

static void waiter_remove(struct event_waiter *waiter)
{
    struct event *event = waiter->event;
    if (event == NULL)
        return;
    if (waiter->previous != NULL)
        waiter->previous->next = waiter->next;
    else
        event->first = waiter->next;
    if (waiter->next != NULL)
        waiter->next->previous = waiter->previous;
    else
        event->last = waiter->previous;
    waiter->event = NULL;
}

void task_make_ready(struct task *task)
{
    struct loop *loop = task->loop;
    assert(task->phase == TASK_WAITING || task->phase == TASK_WAITING_TO_THE_END);
    task->phase = TASK_READY;
    timer_heap_remove(&loop->timers, task);
    task->next = NULL;
    if (loop->ready_last != NULL)
        loop->ready_last->next = task;
    else
        loop->ready_first = task;
    loop->ready_last = task;
}

static void leave(struct task *task, enum task_phase phase, int64_t wake_us)
{
    assert(current == task && loop_is_here(task->loop));
    task->phase = phase;
    task->wake_us = wake_us;
    if (wake_us != NEVER_US) {
        timer_heap_add(&task->loop->timers, task);
        if (timer_heap_first(&task->loop->timers) == task)
            loop_arm_timer(task->loop);
    }
    coroutine_leave(&task->coroutine);
}

static enum failure wait_until(struct task *task, struct event *event, int64_t until_us)
{
    enum failure state = task_state(task);
    if (state != FAILURE_NONE)
        return state;
    if (event->signalled) {
        event->signalled = false;
        return FAILURE_NONE;
    }
    waiter_add(event, &task->waiter);
    leave(task, TASK_WAITING, until_us < task->deadline_us ? until_us : task->deadline_us);
    if (task->waiter.event == NULL)
        return FAILURE_NONE;
    waiter_remove(&task->waiter);
    return task->cancelled ? FAILURE_CANCELLED : FAILURE_DEADLINE;
}

enum failure task_wait(struct task *task, struct event *event)
{
    return wait_until(task, event, NEVER_US);
}

enum failure task_wait_ms(struct task *task, struct event *event, int64_t duration_ms)
{
    return wait_until(task, event, us_from_now(duration_ms < 0 ? 0 : duration_ms));
}

void task_wait_to_the_end(struct task *task, struct event *event)
{
    if (!event->signalled) {
        waiter_add(event, &task->waiter);
        leave(task, TASK_WAITING_TO_THE_END, NEVER_US);
        assert(task->waiter.event == NULL);
    }
    event->signalled = false;
}

bool task_wait_to_the_end_ms(struct task *task, struct event *event, int64_t duration_ms)
{
    if (!event->signalled) {
        waiter_add(event, &task->waiter);
        leave(task, TASK_WAITING_TO_THE_END, us_from_now(duration_ms));
        bool signalled = task->waiter.event == NULL;
        waiter_remove(&task->waiter);
        return signalled;
    }
    event->signalled = false;
    return true;
}

static void event_wake_first(struct event *event)
{
    struct event_waiter *waiter = event->first;
    waiter_remove(waiter);
    if (waiter->task->phase != TASK_READY)
        task_make_ready(waiter->task);
}

void event_signal(struct event *event)
{
    if (event->first != NULL)
        event_wake_first(event);
    else
        event->signalled = true;
}

void event_signal_all(struct event *event)
{
    while (event->first != NULL)
        event_wake_first(event);
}

enum failure task_sleep_ms(struct task *task, int64_t duration_ms)
{
    enum failure state = task_state(task);
    if (state != FAILURE_NONE)
        return state;
    int64_t until_us = us_from_now(duration_ms < 0 ? 0 : duration_ms);
    leave(task, TASK_WAITING, until_us < task->deadline_us ? until_us : task->deadline_us);
    return task_state(task);
}

/* ---- the thread pool ---- */

struct offload {
    uv_work_t work;
    void (*function)(void *argument);
    void *argument;
    struct event done;
};

static void offload_run(uv_work_t *work)
{
    struct offload *offload = work->data;
    offload->function(offload->argument);
}

static void offload_ended(uv_work_t *work, int status)
{
    assert(status == 0);
    (void)status;
    struct offload *offload = work->data;
    event_signal(&offload->done);
}

enum failure task_offload(struct task *task, void (*work)(void *argument), void *argument)
{
    enum failure state = task_state(task);
    if (state != FAILURE_NONE)
        return state;
    struct offload offload = {.function = work, .argument = argument};
    offload.work.data = &offload;
    if (uv_queue_work(loop_uv(task->loop), &offload.work, offload_run, offload_ended) != 0)
        return FAILURE_INTERNAL;
    task_wait_to_the_end(task, &offload.done);
    return FAILURE_NONE;
}

/* ---- life ---- */

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
        loop->idle_count--;
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
    coroutine_deinit(&task->coroutine);
    free(task);
}

static void task_give_back(struct task *task)
{
    struct loop *loop = task->loop;
    if (loop->idle_count >= IDLE_MAX) {
        task_dispose(task);
        return;
    }
    task->next = loop->idle;
    loop->idle = task;
    loop->idle_count++;
}

static bool is_hex(const char *text, size_t size)
{
    return strspn(text, "0123456789abcdef") >= size;
}

/* W3C Trace Context: version 00, ids of lower case hex, not all zeros. */
static bool trace_parent_is_valid(const char *text)
{
    if (text == NULL || strlen(text) != TRACE_PARENT_SIZE - 1 || memcmp(text, "00-", 3) != 0 ||
        text[35] != '-' || text[52] != '-')
        return false;
    return is_hex(text + 3, 32) && is_hex(text + 36, 16) && is_hex(text + 53, 2) &&
           strspn(text + 3, "0") < 32 && strspn(text + 36, "0") < 16;
}

/* A trace id and a span id. They are no secrets, so many are drawn at once. */
static const uint8_t *draw_trace_ids(void)
{
    static _Thread_local uint8_t drawn[TRACES_DRAWN][TRACE_IDS_SIZE];
    static _Thread_local size_t left;
    if (left == 0) {
        random_bytes(drawn, sizeof drawn);
        left = TRACES_DRAWN;
    }
    return drawn[--left];
}

/* The task is a span of its own in the caller's trace, or begins a trace. */
static void trace_begin(struct task *task, const char *caller)
{
    uint8_t ids[TRACE_IDS_SIZE];
    char hex[2 * sizeof ids + 1];
    memcpy(ids, draw_trace_ids(), sizeof ids);
    ids[0] |= 1;
    ids[16] |= 1;
    bytes_to_hex(ids, sizeof ids, hex);
    bool is_continued = trace_parent_is_valid(caller);
    memcpy(task->trace_id, is_continued ? caller + 3 : hex, TRACE_ID_SIZE - 1);
    task->trace_id[TRACE_ID_SIZE - 1] = '\0';
    const char *flags = is_continued ? caller + 53 : "01";
    bool fits = text_print(task->trace_parent, sizeof task->trace_parent, "00-%s-%s-%s",
                           task->trace_id, hex + 32, flags);
    assert(fits);
    (void)fits;
}

static bool task_open(struct task *task, struct loop *loop, const struct task_options *options)
{
    task->loop = loop;
    task->cancelled = false;
    task->has_acted = false;
    task->deadline_us = options->timeout_ms > 0 ? us_from_now(options->timeout_ms) : NEVER_US;
    task->timer_index = 0;
    task->waiter = (struct event_waiter){.task = task};
    task->name = options->name == NULL ? "" : options->name;
    arena_init(&task->arena,
               options->arena_bytes_max > 0 ? options->arena_bytes_max : ARENA_BYTES_MAX_DEFAULT);
    trace_begin(task, options->trace_parent);
    task->request_id =
        text_is_empty(options->request_id) ? "" : arena_strdup(&task->arena, options->request_id);
    return task->request_id != NULL;
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
    metric_set(&tasks_alive, NULL, (int64_t)loop->task_count);
}

static void task_unlink(struct task *task)
{
    struct loop *loop = task->loop;
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
    if (!task_open(task, loop, options == NULL ? &no_options : options)) {
        arena_deinit(&task->arena);
        task_give_back(task);
        return FAILURE_EXHAUSTED;
    }
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
    metric_add(&loop_held, NULL, 1);
    log_write(LOG_WARN, "loop_held", log_text("task", task->name), log_int64("held_us", held_us));
}

static void task_enter(struct task *task)
{
    int64_t started_us = clock_monotonic_us();
    current = task;
    task->phase = TASK_RUNNING;
    log_set_context(task->request_id, task->trace_id);
    coroutine_enter(&task->coroutine);
    int64_t held_us = clock_monotonic_us() - started_us;
    if (held_us > HELD_US_MAX)
        complain_of_holding(task, held_us);
    log_set_context(NULL, NULL);
    current = NULL;
}

void task_run(struct task *task)
{
    assert(current == NULL && task->phase == TASK_READY);
    task_enter(task);
    if (!task->coroutine.ended)
        return;
    task_unlink(task);
    arena_deinit(&task->arena);
    task_give_back(task);
}
