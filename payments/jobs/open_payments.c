#include "payments/jobs/open_payments.h"

#include "payments/store/hold_store.h"
#include "payments/store/top_up_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"

#define INTERVAL_MS 5000

static const char *const top_up_numbers[] = {"open", "slow", "manual", "suspense", NULL};
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
                                .labels = {"state"},
                                .values = top_up_numbers};

METRIC_FROM_THE_START(holds_open);
METRIC_FROM_THE_START(holds_overdue);
METRIC_FROM_THE_START(top_ups);
static struct metric hold_oldest = {.name = "payments_hold_oldest_seconds",
                                    .help = "Age of the oldest open verification hold; 0: none.",
                                    .kind = METRIC_GAUGE,
                                    .in_us = true};
METRIC_FROM_THE_START(hold_oldest);
static struct metric doubt_oldest = {
    .name = "payments_top_up_oldest_doubt_seconds",
    .help = "Age of the oldest top-up of which the provider may have the money; 0: none.",
    .kind = METRIC_GAUGE,
    .in_us = true};
METRIC_FROM_THE_START(doubt_oldest);

static int64_t age_us(int64_t since_us, int64_t now_us)
{
    return since_us == 0 ? 0 : now_us - since_us;
}

static enum failure count_open(struct task *task, void *argument)
{
    const struct payments *payments = argument;
    struct reader reader = reader_of(task, payments->database);
    struct top_up_counts counts;
    struct hold_counts holds;
    int64_t past_us = clock_hindmost_us();
    enum failure failure = hold_store_count_open(reader, past_us - HOLD_ALARM_US, &holds);
    if (failure == FAILURE_NONE)
        failure = top_up_store_count_open(reader, past_us - TOP_UP_SLOW_US, &counts);
    if (failure != FAILURE_NONE)
        return failure;
    metric_set(&holds_open, NULL, holds.open);
    metric_set(&holds_overdue, NULL, holds.overdue);
    metric_set(&hold_oldest, NULL, age_us(holds.oldest_us, past_us));
    metric_set(&doubt_oldest, NULL, age_us(counts.oldest_doubt_us, past_us));
    metric_set(&top_ups, "open", counts.open);
    metric_set(&top_ups, "slow", counts.slow);
    metric_set(&top_ups, "manual", counts.manual);
    metric_set(&top_ups, "suspense", counts.suspense);
    if (holds.overdue > 0)
        log_write(LOG_ERROR, "holds_overdue", log_int64("count", holds.overdue));
    return FAILURE_NONE;
}

void open_payments_start(struct payments *payments)
{
    loop_every(payments->loop, "open_payments", INTERVAL_MS, count_open, payments);
}
