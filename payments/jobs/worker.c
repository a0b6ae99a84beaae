#include "payments/jobs/worker.h"

#include "payments/jobs/hold.h"
#include "payments/jobs/top_up.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define DRIVERS_MAX 64
#define CLAIM_MAX 16
#define WORKER_ARENA_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* Handed over to the task; a slot is free when its kind is NULL. */
static struct work {
    struct payments *payments;
    const struct attempt_kind *kind;
    struct task *task; /* NULL before it started */
    struct subject_key key;
} works[DRIVERS_MAX];

static void work_task(struct task *task, void *argument)
{
    struct work *work = argument;
    work->task = task;
    enum failure failure = attempt_run(task, work->payments, work->kind, work->key, NULL);
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "payments_worker_stopped", log_text("worker", work->kind->name),
                  log_id("subject_id", work->key.subject_id), log_failure(failure));
    work->payments->workers--;
    work->kind = NULL;
}

static struct work *work_take(void)
{
    for (size_t i = 0; i < DRIVERS_MAX; i++) {
        if (works[i].kind == NULL)
            return &works[i];
    }
    return NULL;
}

static enum failure spawn(struct payments *payments, const struct attempt_kind *kind,
                          struct subject_key key)
{
    const struct task_options options = {.name = kind->name,
                                         .timeout_ms = payments->lease_us / 1000,
                                         .arena_bytes_max = WORKER_ARENA_BYTES_MAX};
    struct work *work = work_take();
    if (work == NULL)
        return FAILURE_EXHAUSTED;
    *work = (struct work){payments, kind, NULL, key};
    payments->workers++;
    enum failure failure = loop_spawn(payments->loop, &options, work_task, work);
    if (failure != FAILURE_NONE) {
        payments->workers--;
        work->kind = NULL;
    }
    return failure;
}

static size_t room(const struct payments *payments)
{
    size_t room = DRIVERS_MAX - payments->workers;
    return room < CLAIM_MAX ? room : CLAIM_MAX;
}

static enum failure work_due(struct task *task, struct payments *payments,
                             const struct attempt_kind *kind)
{
    int64_t now_us = clock_work_us();
    const struct claim claim = {now_us, now_us + payments->lease_us, room(payments)};
    struct subject_keys taken = {NULL, 0};
    if (claim.limit == 0)
        return FAILURE_NONE;
    enum failure failure = kind->claim(reader_of(task, payments->database), &claim, &taken);
    for (size_t i = 0; failure == FAILURE_NONE && i < taken.count; i++)
        failure = spawn(payments, kind, taken.keys[i]);
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
    for (size_t i = 0; i < DRIVERS_MAX; i++) {
        if (works[i].kind != NULL && works[i].task != NULL)
            task_cancel(works[i].task);
    }
}
