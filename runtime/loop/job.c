#include <assert.h>
#include <stdlib.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"
#include "runtime/loop/scheduler.h"

static struct metric job_runs = {.name = "runtime_job_runs_total",
                                 .help = "Runs of periodic jobs.",
                                 .kind = METRIC_COUNTER,
                                 .labels = {"job_name"}};
static struct metric job_failures = {.name = "runtime_job_failures_total",
                                     .help = "Runs of periodic jobs that failed.",
                                     .kind = METRIC_COUNTER,
                                     .labels = {"job_name"}};

/* A job works through what many calls left, some of it at a time. */
#define JOB_ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

static void job_start(struct loop_job *job);

static void job_due(uv_timer_t *timer)
{
    assert(timer->data != NULL);
    job_start(timer->data);
}

/* ±10 %, so that the replicas of a service do not all come at once. */
static uint64_t interval_with_jitter_ms(int64_t interval_ms)
{
    assert(interval_ms > 0);
    uint32_t spread = interval_ms / 5 < UINT32_MAX ? (uint32_t)(interval_ms / 5) : UINT32_MAX - 1;
    return (uint64_t)(interval_ms - interval_ms / 10 + random_below(spread + 1));
}

static void job_arm(struct loop_job *job)
{
    assert(!job->starting && job->running == NULL);
    if (!job->loop->stopping)
        uv_timer_start(&job->timer, job_due,
                       job->again ? 0 : interval_with_jitter_ms(job->interval_ms), 0);
    job->again = false;
}

static void job_run(struct task *task, void *argument)
{
    struct loop_job *job = argument;
    assert(job->starting && job->running == NULL);
    job->running = task;
    if (job->loop->stopping)
        task_cancel(task);
    enum failure failure = clock_is_right() ? job->body(task, job->argument)
                                            : FAILURE_UNAVAILABLE; /* most jobs go by the clock */
    metric_add(&job_runs, job->name, 1);
    if (failure != FAILURE_NONE && failure != FAILURE_CANCELLED) {
        metric_add(&job_failures, job->name, 1);
        log_write(LOG_WARN, "job_failed", log_text("job", job->name), log_failure(failure));
    }
    job->running = NULL;
    job->starting = false;
    job_arm(job);
}

static void job_start(struct loop_job *job)
{
    assert(!job->starting);
    struct task_options options = {
        .name = job->name, .arena_bytes_max = JOB_ARENA_BYTES_MAX, .span_kind = SPAN_INTERNAL};
    job->starting = true;
    if (loop_spawn(job->loop, &options, job_run, job) != FAILURE_NONE) {
        log_write(LOG_WARN, "job_not_started", log_text("job", job->name));
        job->starting = false;
        job_arm(job);
    }
}

struct loop_job *loop_every(struct loop *loop, const char *name, int64_t interval_ms,
                            enum failure (*body)(struct task *task, void *argument), void *argument)
{
    assert(loop_is_here(loop) && interval_ms > 0 && body != NULL);
    struct loop_job *job = calloc(1, sizeof *job);
    assert(job != NULL);
    *job = (struct loop_job){
        .loop = loop, .name = name, .interval_ms = interval_ms, .body = body, .argument = argument};
    job->next = loop->jobs;
    int failed = uv_timer_init(&loop->uv, &job->timer);
    assert(failed == 0);
    (void)failed;
    job->timer.data = job;
    loop->jobs = job;
    metric_add(&job_runs, name, 0);
    metric_add(&job_failures, name, 0);
    job_arm(job);
    return job;
}

void loop_job_wake(struct loop_job *job)
{
    assert(loop_is_here(job->loop));
    if (job->loop->stopping)
        return;
    if (job->starting)
        job->again = true;
    else
        uv_timer_start(&job->timer, job_due, 0, 0);
}

void loop_job_stop(struct loop_job *job)
{
    assert(loop_is_here(job->loop));
    uv_timer_stop(&job->timer);
    if (job->running != NULL)
        task_cancel(job->running);
}

void loop_job_close(struct loop_job *job)
{
    assert(job->running == NULL && !job->starting);
    uv_close((uv_handle_t *)&job->timer, NULL);
}
