/* Inside the completion queue: the two ways in which events come from gRPC to the loop.
 * completion_poll.c lets the loop's thread wait for gRPC and libuv at once; completion_thread.c is
 * for a gRPC that does not wait where it can be reached. Nothing outside of those and completion.c
 * includes it. */
#ifndef RUNTIME_RPC_COMPLETION_SOURCE_H
#define RUNTIME_RPC_COMPLETION_SOURCE_H

#include <pthread.h>

#include "runtime/rpc/completion.h"

#define NO_EPOLL (-1)

struct completion_queue {
    struct loop *loop;
    grpc_completion_queue *core;
    size_t users;
    size_t pending;
    bool is_polled;

    /* completion_poll.c */
    struct loop_waiter waiter;
    int epoll;       /* gRPC's set; NO_EPOLL until it waited through us */
    bool may_sleep;  /* else gRPC is only asked for what it has already */
    bool is_leaving; /* an event of our own is in the queue, so that gRPC returns */
    grpc_channel *leave_channel;
    grpc_call *leave_call;

    /* completion_thread.c */
    pthread_t thread;
};

/* Runs the function of an operation that ended; the operation may begin again from within it. */
void completion_run(struct completion *completion, bool success);

/* false: this gRPC does not wait through us, so it needs a thread. */
bool completion_poll_start(struct completion_queue *queue);
void completion_poll_end(struct completion_queue *queue);

void completion_thread_start(struct completion_queue *queue);
void completion_thread_end(struct completion_queue *queue);

#endif
