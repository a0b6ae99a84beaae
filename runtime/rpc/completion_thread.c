#include <assert.h>

#include "runtime/rpc/completion_source.h"

/* A thread of its own takes the events and hands each over to the loop. */

static void arrived(struct loop_posting *posting)
{
    struct completion *completion =
        (struct completion *)(void *)((char *)posting - offsetof(struct completion, posting));
    completion_run(completion, completion->success);
}

static void *take_events(void *argument)
{
    struct completion_queue *queue = argument;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(queue->core, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        assert(event.type == GRPC_OP_COMPLETE);
        struct completion *completion = event.tag;
        bool is_ours = atomic_load_explicit(&completion->begun, memory_order_acquire);
        assert(is_ours);
        (void)is_ours;
        completion->success = event.success != 0;
        completion->posting.function = arrived;
        loop_post(queue->loop, &completion->posting);
    }
}

void completion_thread_start(struct completion_queue *queue)
{
    int failed = pthread_create(&queue->thread, NULL, take_events, queue);
    assert(failed == 0);
    (void)failed;
}

void completion_thread_end(struct completion_queue *queue)
{
    assert(!queue->is_polled && queue->users == 0);
    grpc_completion_queue_shutdown(queue->core);
    pthread_join(queue->thread, NULL);
}
