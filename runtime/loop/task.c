#include "runtime/loop/task.h"

#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/loop/scheduler.h"

#define US_PER_MS 1000

_Thread_local struct task *task_running;

struct task *task_current(void)
{
    return task_running;
}

struct loop *task_loop(const struct task *task)
{
    assert(task != NULL && task->loop != NULL);
    return task->loop;
}

struct arena *task_arena(struct task *task)
{
    assert(task != NULL);
    return &task->arena;
}

const char *task_name(const struct task *task)
{
    return task->name;
}

const char *task_request_id(const struct task *task)
{
    return task->request_id;
}

void task_note_act(struct task *task)
{
    assert(task != NULL);
    task->has_acted = true;
}

bool task_has_acted(const struct task *task)
{
    return task->has_acted;
}

/* ---- time and cancellation ---- */

int64_t us_from_now(int64_t duration_ms)
{
    int64_t now_us = clock_monotonic_us();
    return duration_ms >= (NEVER_US - now_us) / US_PER_MS ? NEVER_US
                                                          : now_us + duration_ms * US_PER_MS;
}

enum failure task_state(const struct task *task)
{
    assert(task->deadline_us > 0);
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
    assert(loop_is_here(task->loop));
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
    assert(waiter->event == NULL && !event->signalled);
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
    assert(event->first != NULL && event->last != NULL);
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
    assert((loop->ready_first == NULL) == (loop->ready_last == NULL));
    task->next = NULL;
    if (loop->ready_last != NULL)
        loop->ready_last->next = task;
    else
        loop->ready_first = task;
    loop->ready_last = task;
}

static void arm_timer(struct loop *loop);

static void wake_due(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    int64_t now_us = clock_monotonic_us();
    for (struct task *task;
         (task = timer_heap_first(&loop->timers)) != NULL && task->wake_us <= now_us;)
        task_make_ready(task);
    arm_timer(loop);
}

static void arm_timer(struct loop *loop)
{
    struct task *first = timer_heap_first(&loop->timers);
    if (first == NULL) {
        uv_timer_stop(&loop->timer);
        return;
    }
    int64_t delay_us = first->wake_us - clock_monotonic_us();
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->timer, wake_due, delay_us <= 0 ? 0 : (uint64_t)(delay_us + 999) / 1000,
                   0);
}

static void leave(struct task *task, enum task_phase phase, int64_t wake_us)
{
    assert(task_running == task && loop_is_here(task->loop));
    task->phase = phase;
    task->wake_us = wake_us;
    if (wake_us != NEVER_US) {
        timer_heap_add(&task->loop->timers, task);
        if (timer_heap_first(&task->loop->timers) == task)
            arm_timer(task->loop);
    }
    coroutine_leave(&task->coroutine);
    assert(task_running == task && task->phase == TASK_RUNNING && task->timer_index == 0);
}

static enum failure wait_until(struct task *task, struct event *event, int64_t until_us)
{
    assert(event != NULL && task->waiter.event == NULL);
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
    assert(task_running == task);
    if (!event->signalled) {
        waiter_add(event, &task->waiter);
        leave(task, TASK_WAITING_TO_THE_END, NEVER_US);
        assert(task->waiter.event == NULL);
    }
    event->signalled = false;
}

bool task_wait_to_the_end_ms(struct task *task, struct event *event, int64_t duration_ms)
{
    assert(task_running == task && duration_ms >= 0);
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
    assert(waiter->event == event && !event->signalled);
    waiter_remove(waiter);
    if (waiter->task->phase != TASK_READY)
        task_make_ready(waiter->task);
}

void event_signal(struct event *event)
{
    assert(event->first == NULL || !event->signalled);
    if (event->first != NULL)
        event_wake_first(event);
    else
        event->signalled = true;
}

void event_signal_all(struct event *event)
{
    assert(event->first == NULL || !event->signalled);
    while (event->first != NULL)
        event_wake_first(event);
}

enum failure task_sleep_ms(struct task *task, int64_t duration_ms)
{
    assert(task->waiter.event == NULL);
    enum failure state = task_state(task);
    if (state != FAILURE_NONE)
        return state;
    int64_t until_us = us_from_now(duration_ms < 0 ? 0 : duration_ms);
    leave(task, TASK_WAITING, until_us < task->deadline_us ? until_us : task->deadline_us);
    return task_state(task);
}
