#include "runtime/database/waiters.h"

#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/database/handle.h"

static struct metric wait_seconds = {.name = "database_pool_wait_seconds",
                                     .help = "Waits for a free connection.",
                                     .kind = METRIC_HISTOGRAM};
METRIC_FROM_THE_START(wait_seconds);
static struct metric refusals = {.name = "database_pool_refused_total",
                                 .help = "Waits for a connection that ended without one.",
                                 .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(refusals);

#define LOOK_MS 100 /* how often who waits looks whether the database is unreachable */

static void expire(uv_timer_t *timer);

static void arm_for_first(struct waiters *waiters)
{
    if (waiters->first == NULL) {
        uv_timer_stop(waiters->timer);
        return;
    }
    int64_t left_us = waiters->first->until_us - clock_monotonic_us();
    uv_update_time(waiters->timer->loop);
    uv_timer_start(waiters->timer, expire, left_us > 0 ? (uint64_t)(left_us + 999) / 1000 : 0, 0);
}

static void remove_waiter(struct waiters *waiters, struct waiter *gone)
{
    struct waiter *previous = NULL;
    for (struct waiter *waiter = waiters->first; waiter != gone; waiter = waiter->next)
        previous = waiter;
    if (previous != NULL)
        previous->next = gone->next;
    else
        waiters->first = gone->next;
    if (waiters->last == gone)
        waiters->last = previous;
    assert(gone->is_queued && waiters->count > 0);
    gone->is_queued = false;
    waiters->count--;
    assert((waiters->count == 0) == (waiters->first == NULL));
}

static void expire(uv_timer_t *timer)
{
    struct waiters *waiters = timer->data;
    while (waiters->first != NULL && waiters->first->until_us <= clock_monotonic_us()) {
        struct waiter *waiter = waiters->first;
        remove_waiter(waiters, waiter);
        event_signal(&waiter->woken);
    }
    arm_for_first(waiters);
}

bool waiters_grant(struct waiters *waiters, struct connection *connection)
{
    struct waiter *waiter = waiters->first;
    if (waiter == NULL)
        return false;
    assert(waiter->granted == NULL);
    remove_waiter(waiters, waiter);
    arm_for_first(waiters);
    waiter->granted = connection;
    event_signal(&waiter->woken);
    return true;
}

static void append(struct waiters *waiters, struct waiter *waiter)
{
    waiters->count++;
    waiter->is_queued = true;
    if (waiters->last != NULL)
        waiters->last->next = waiter;
    else
        waiters->first = waiter;
    waiters->last = waiter;
    assert(waiters->count <= WAITERS_MAX);
    if (waiters->first == waiter)
        arm_for_first(waiters);
}

static bool is_unreachable(const struct waiters *waiters)
{
    int64_t since_us = *waiters->unreachable_since_us;
    return since_us != 0 && clock_monotonic_us() - since_us >= UNREACHABLE_MS * INT64_C(1000);
}

static enum failure wait_while_reachable(struct task *task, const struct waiters *waiters,
                                         struct waiter *waiter)
{
    while (!is_unreachable(waiters)) {
        enum failure failure = task_wait_ms(task, &waiter->woken, LOOK_MS);
        if (failure != FAILURE_DEADLINE || task_state(task) != FAILURE_NONE)
            return failure;
    }
    return FAILURE_NONE;
}

enum failure waiters_wait(struct task *task, struct waiters *waiters, struct connection **granted)
{
    assert(task_current() == task);
    if (waiters->count >= WAITERS_MAX)
        return FAILURE_EXHAUSTED;
    int64_t since_us = clock_monotonic_us();
    struct waiter waiter = {.until_us = since_us + waiters->wait_max_ms * 1000, .task = task};
    append(waiters, &waiter);
    enum failure failure = wait_while_reachable(task, waiters, &waiter);
    if (waiter.is_queued)
        remove_waiter(waiters, &waiter);
    assert(!waiter.is_queued);
    metric_observe_us(&wait_seconds, NULL, clock_monotonic_us() - since_us);
    *granted = waiter.granted;
    if (waiter.granted == NULL)
        metric_add(&refusals, NULL, 1);
    if (failure == FAILURE_NONE && waiter.granted == NULL)
        return FAILURE_UNAVAILABLE;
    return failure;
}

void waiters_init(struct waiters *waiters, uv_loop_t *loop, int64_t wait_max_ms,
                  const int64_t *unreachable_since_us)
{
    assert(wait_max_ms > 0 && unreachable_since_us != NULL);
    *waiters = (struct waiters){.wait_max_ms = wait_max_ms,
                                .unreachable_since_us = unreachable_since_us,
                                .timer = handle_new(sizeof *waiters->timer)};
    handle_check(uv_timer_init(loop, waiters->timer));
    waiters->timer->data = waiters;
}

void waiters_deinit(struct waiters *waiters)
{
    assert(waiters->first == NULL);
    handle_close(waiters->timer);
}
