#include <assert.h>
#include <grpc/support/time.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "runtime/rpc/completion_source.h"

/* One thread for gRPC and libuv. gRPC gives no descriptor to wait on, but it waits by calling
 * epoll_wait, and the dynamic linker gives it the one of this file, because the program's own
 * functions come before those of libraries. There libuv's descriptor joins gRPC's own epoll set, so
 * that one system call waits for both, and what it costs does not grow with the connections.
 * Nothing of ours runs in there: gRPC is made to return, by an event of our own if it has none, and
 * the loop goes on outside of it. */

/* The queue that this thread asks for events. gRPC's own threads wait for the set as well. */
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

static int wait_with_loop(struct completion_queue *queue, int epoll, struct epoll_event *events,
                          int events_max, int timeout_ms)
{
    assert(queue->epoll == NO_EPOLL || queue->epoll == epoll);
    queue->epoll = epoll;
    if (!queue->may_sleep)
        return 0;
    int ready = loop_wait(queue->loop, epoll, events, events_max,
                          timeout_ms); /* 0: gRPC knows of an event that it could not take yet */
    if (loop_has_work(queue->loop))
        leave(queue);
    return ready;
}

/* In the place of glibc's, for every library of the process. */
int epoll_wait(int epoll, struct epoll_event *events, int events_max, int timeout_ms)
{
    if (asked != NULL)
        return wait_with_loop(asked, epoll, events, events_max, timeout_ms);
    return loop_take_out(events, epoll_pwait(epoll, events, events_max, timeout_ms, NULL));
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

/* GRPC_POLL_STRATEGY=epoll1 asks for gRPC's own way of waiting, on a thread. */
static bool is_chosen_otherwise(void)
{
    const char *engine = getenv("GRPC_POLL_STRATEGY");
    return engine != NULL && strcmp(engine, "epoll1") == 0;
}

static bool is_waiting_through_us(struct completion_queue *queue)
{
    queue->epoll = NO_EPOLL;
    (void)next_event(queue, false);
    return queue->epoll != NO_EPOLL;
}

bool completion_poll_start(struct completion_queue *queue)
{
    if (is_chosen_otherwise() || !is_waiting_through_us(queue))
        return false;
    loop_join(queue->loop, queue->epoll);
    queue->leave_channel = grpc_lame_client_channel_create(NULL, GRPC_STATUS_UNAVAILABLE, "");
    queue->leave_call = grpc_channel_create_call(queue->leave_channel, NULL, 0, queue->core,
                                                 grpc_slice_from_static_string("/leave"), NULL,
                                                 gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    queue->waiter.wait = wait_for_events;
    loop_wait_with(queue->loop, &queue->waiter);
    return true;
}

void completion_poll_end(struct completion_queue *queue)
{
    assert(queue->is_polled && queue->users == 0);
    loop_wait_with(queue->loop, NULL);
    loop_part(queue->loop, queue->epoll);
    grpc_call_unref(queue->leave_call);
    grpc_channel_destroy(queue->leave_channel);
    grpc_completion_queue_shutdown(queue->core);
    while (
        grpc_completion_queue_next(queue->core, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL).type !=
        GRPC_QUEUE_SHUTDOWN)
        ;
}
