#include "gateway/jobs/ceiling_sweep.h"

#include "gateway/store/ceiling_store.h"
#include "runtime/base/clock.h"

#define SWEEP_INTERVAL_MS 60000
#define KEEP_US (INT64_C(90) * 24 * 3600 * 1000000)
#define ACTS_AT_ONCE 1000

static enum failure sweep(struct task *task, void *argument)
{
    const struct gateway *gateway = argument;
    enum failure failure = FAILURE_NONE;
    int64_t removed = ACTS_AT_ONCE;
    while (failure == FAILURE_NONE && removed == ACTS_AT_ONCE)
        failure = ceiling_store_trim(reader_of(task, gateway->database), clock_work_us() - KEEP_US,
                                     ACTS_AT_ONCE, &removed);
    return failure;
}

void ceiling_sweep_start(struct gateway *gateway, struct loop *loop)
{
    (void)loop_every(loop, "ceiling_sweep", SWEEP_INTERVAL_MS, sweep, gateway);
}
