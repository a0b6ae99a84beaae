/* Work that blocks or takes long, on libuv's threads. */
#include <assert.h>

#include "runtime/loop/scheduler.h"

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
    if (uv_queue_work(&task->loop->uv, &offload.work, offload_run, offload_ended) != 0)
        return FAILURE_INTERNAL;
    task_wait_to_the_end(task, &offload.done);
    return FAILURE_NONE;
}
