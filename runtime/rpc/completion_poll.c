#include <assert.h>
#include <grpc/support/time.h>
#include <poll.h>
#include <stdlib.h>

#include "runtime/rpc/completion_source.h"

/* One thread for gRPC and libuv. gRPC gives no descriptor to wait on, but its engine "poll" waits
 * by calling this variable, which its own tests replace; so does this file, and waits for libuv's
 * descriptor in the same poll(2). Nothing of ours runs in there: gRPC is made to return, by an
 * event of our own if it has none, and the loop goes on outside of it. */

#define END_SECONDS_MAX 10

typedef int poll_function(struct pollfd *descriptors, nfds_t count, int timeout_ms);
extern poll_function *grpc_poll_function __attribute__((weak));

/* The queue that this thread asks for events. gRPC's own threads poll as well, for themselves. */
static _Thread_local struct completion_queue *asked;

static const char leave_tag;

/* gRPC returns from its waiting when there is an event: a batch without operations is one at once.
 */
static void leave(struct completion_queue *queue)
{
    if (queue->is_leaving)
        return;
    queue->is_leaving = true;
    grpc_call_error error =
        grpc_call_start_batch(queue->leave_call, NULL, 0, (void *)(uintptr_t)&leave_tag, NULL);
    assert(error == GRPC_CALL_OK);
    (void)error;
}

static int poll_with_loop(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    struct completion_queue *queue = asked;
    if (queue == NULL)
        return poll(descriptors, count, timeout_ms);
    queue->was_polled = true;
    if (!queue->may_sleep)
        return 0;
    bool has_work;
    int ready = loop_poll(queue->loop, descriptors, count, timeout_ms,
                          &has_work); /* 0: gRPC knows of an event that it could not take yet */
    if (has_work)
        leave(queue);
    return ready;
}

static grpc_event next_event(struct completion_queue *queue, bool may_sleep)
{
    assert(asked == NULL);
    queue->may_sleep = may_sleep;
    asked = queue;
    gpr_timespec until =
        may_sleep ? gpr_inf_future(GPR_CLOCK_MONOTONIC) : gpr_inf_past(GPR_CLOCK_MONOTONIC);
    grpc_event event = grpc_completion_queue_next(queue->core, until, NULL);
    asked = NULL;
    return event;
}

static void run_event(struct completion_queue *queue, const grpc_event *event)
{
    if (event->tag == &leave_tag)
        queue->is_leaving = false;
    else
        completion_run(event->tag, event->success != 0);
}

/* Until gRPC has events or the loop has work; then every event there is. */
static void wait_for_events(struct loop_waiter *waiter)
{
    struct completion_queue *queue =
        (struct completion_queue *)(void *)((char *)waiter -
                                            offsetof(struct completion_queue, waiter));
    for (grpc_event event = next_event(queue, true); event.type == GRPC_OP_COMPLETE;
         event = next_event(queue, false))
        run_event(queue, &event);
}

void completion_poll_prepare(void)
{
    if (&grpc_poll_function == NULL)
        return;
    setenv("GRPC_POLL_STRATEGY", "poll", false); /* whoever set it already has chosen */
    grpc_poll_function = poll_with_loop;
}

static bool is_polling_through_us(struct completion_queue *queue)
{
    (void)next_event(queue, false);
    return queue->was_polled;
}

bool completion_poll_start(struct completion_queue *queue)
{
    if (!is_polling_through_us(queue))
        return false;
    queue->leave_channel = grpc_lame_client_channel_create(NULL, GRPC_STATUS_UNAVAILABLE, "");
    queue->leave_call = grpc_channel_create_call(queue->leave_channel, NULL, 0, queue->core,
                                                 grpc_slice_from_static_string("/leave"), NULL,
                                                 gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    queue->waiter.wait = wait_for_events;
    loop_wait_with(queue->loop, &queue->waiter);
    return true;
}

/* Channels that were destroyed end the watch on them (client_channel.c), some on a thread of gRPC;
 * nothing else is under way by now. */
static void take_what_has_ended(struct completion_queue *queue)
{
    gpr_timespec until = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                      gpr_time_from_seconds(END_SECONDS_MAX, GPR_TIMESPAN));
    while (queue->pending > 0 || queue->is_leaving) {
        grpc_event event = grpc_completion_queue_next(queue->core, until, NULL);
        assert(event.type == GRPC_OP_COMPLETE);
        run_event(queue, &event);
    }
}

void completion_poll_end(struct completion_queue *queue)
{
    assert(queue->is_polled && queue->users == 0);
    take_what_has_ended(queue);
    loop_wait_with(queue->loop, NULL);
    grpc_call_unref(queue->leave_call);
    grpc_channel_destroy(queue->leave_channel);
    grpc_completion_queue_shutdown(queue->core);
    while (
        grpc_completion_queue_next(queue->core, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL).type !=
        GRPC_QUEUE_SHUTDOWN)
        ;
}
