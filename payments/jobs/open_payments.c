#include "payments/jobs/open_payments.h"

#include "payments/store/hold_store.h"
#include "payments/store/top_up_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define INTERVAL_MS 5000

static struct metric holds_open = {.name = "payments_hold_open",
                                   .help = "Verification holds that are not ended (PAY-06).",
                                   .kind = METRIC_GAUGE};
static struct metric holds_overdue = {.name = "payments_hold_overdue",
                                      .help =
                                          "Open verification holds older than a day: call people.",
                                      .kind = METRIC_GAUGE};
static struct metric top_ups = {.name = "payments_top_up",
                                .help = "Top-ups: open, slow (PAY-14), for people, in suspense.",
                                .kind = METRIC_GAUGE,
                                .labels = {"state"}};

static enum failure count_open(struct task *task, void *argument)
{
    const struct payments *payments = argument;
    struct top_up_counts counts;
    int64_t open, overdue, past_us = clock_hindmost_us();
    enum failure failure = hold_store_count_open(reader_of(task, payments->database),
                                                 past_us - HOLD_ALARM_US, &open, &overdue);
    if (failure == FAILURE_NONE)
        failure = top_up_store_count_open(reader_of(task, payments->database),
                                          past_us - TOP_UP_SLOW_US, &counts);
    if (failure != FAILURE_NONE)
        return failure;
    metric_set(&holds_open, NULL, open);
    metric_set(&holds_overdue, NULL, overdue);
    metric_set(&top_ups, "open", counts.open);
    metric_set(&top_ups, "slow", counts.slow);
    metric_set(&top_ups, "manual", counts.manual);
    metric_set(&top_ups, "suspense", counts.suspense);
    if (overdue > 0)
        log_write(LOG_ERROR, "holds_overdue", log_int64("count", overdue));
    return FAILURE_NONE;
}

void open_payments_start(struct payments *payments)
{
    loop_every(payments->loop, "open_payments", INTERVAL_MS, count_open, payments);
}
