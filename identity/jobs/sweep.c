#include "identity/jobs/sweep.h"

#include "identity/store/sweep_store.h"
#include "runtime/base/clock.h"

#define INTERVAL_MS 600000

static enum failure sweep(struct task *task, void *database)
{
    return sweep_store_run(reader_of(task, database), clock_hindmost_us());
}

void sweep_start(struct loop *loop, struct database *database)
{
    loop_every(loop, "sweep", INTERVAL_MS, sweep, database);
}
