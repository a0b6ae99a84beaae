#include "payments/jobs/worker.h"

#include <assert.h>

#include "payments/jobs/hold.h"
#include "payments/jobs/top_up.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define WORKERS_MAX 64
#define CLAIM_MAX 16
#define WORKER_ARENA_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* Handed over to the task; free when its kind is NULL. */
static struct work {
    struct payments *payments;
    const struct attempt_kind *kind;
    struct task *task; /* NULL before it started */
    struct subject_key key;
} works[WORKERS_MAX];

/* Reserves workers before the claim, which awaits the database, so that the two jobs never claim
 * more than can be worked on. */
static size_t workers_reserve(struct payments *payments)
{
    assert(payments->workers <= WORKERS_MAX);
    size_t left = WORKERS_MAX - payments->workers;
    size_t count = left < CLAIM_MAX ? left : CLAIM_MAX;
    payments->workers += count;
    return count;
}

static void workers_release(struct payments *payments, size_t count)
{
    assert(count <= payments->workers);
    payments->workers -= count;
}

static void work_task(struct task *task, void *argument)
{
    struct work *work = argument;
    work->task = task;
    enum failure failure = attempt_run(task, work->payments, work->kind, work->key, NULL);
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "payments_worker_stopped", log_text("worker", work->kind->name),
                  log_id("subject_id", work->key.subject_id), log_failure(failure));
    workers_release(work->payments, 1);
    work->kind = NULL;
}

static struct work *work_take(void)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        if (works[i].kind == NULL)
            return &works[i];
    }
    assert(!"a reserved worker is free");
    return NULL;
}

/* Works on the subject in a task of its own; the worker is reserved. */
static enum failure work_spawn(struct payments *payments, const struct attempt_kind *kind,
                               struct subject_key key)
{
    const struct task_options options = {.name = kind->name,
                                         .timeout_ms = payments->lease_us / 1000,
                                         .span_kind = SPAN_INTERNAL,
                                         .arena_bytes_max = WORKER_ARENA_BYTES_MAX};
    struct work *work = work_take();
    *work = (struct work){payments, kind, NULL, key};
    enum failure failure = loop_spawn(payments->loop, &options, work_task, work);
    if (failure != FAILURE_NONE)
        work->kind = NULL;
    return failure;
}

static enum failure work_due(struct task *task, struct payments *payments,
                             const struct attempt_kind *kind)
{
    int64_t now_us = clock_work_us();
    size_t reserved = workers_reserve(payments), spawned = 0;
    const struct claim claim = {now_us, now_us + payments->lease_us, reserved};
    struct subject_keys taken = {NULL, 0};
    enum failure failure = FAILURE_NONE;
    if (reserved > 0)
        failure = kind->claim(reader_of(task, payments->database), &claim, &taken);
    assert(taken.count <= reserved);
    while (failure == FAILURE_NONE && spawned < taken.count) {
        failure = work_spawn(payments, kind, taken.keys[spawned]);
        spawned += failure == FAILURE_NONE;
    }
    workers_release(payments, reserved - spawned);
    return failure;
}

static enum failure work_holds(struct task *task, void *payments)
{
    return work_due(task, payments, &hold_attempts);
}

static enum failure work_top_ups(struct task *task, void *payments)
{
    return work_due(task, payments, &top_up_attempts);
}

void worker_start(struct payments *payments, int64_t interval_ms)
{
    payments->hold_job = loop_every(payments->loop, "holds", interval_ms, work_holds, payments);
    payments->top_up_job =
        loop_every(payments->loop, "top_ups", interval_ms, work_top_ups, payments);
}

void worker_cancel_all(void)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        if (works[i].kind != NULL && works[i].task != NULL)
            task_cancel(works[i].task);
    }
}
