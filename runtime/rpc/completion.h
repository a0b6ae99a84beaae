/* The completion queue: gRPC is started, drained and ended here alone, for the server and the
 * clients of a process together. Events come off one NEXT queue to the loop, so that everything
 * else in runtime/rpc runs on the loop thread. Operations are counted: gRPC aborts the process when
 * a batch begins on a queue that was shut down. */
#ifndef RUNTIME_RPC_COMPLETION_H
#define RUNTIME_RPC_COMPLETION_H

#include <grpc/grpc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/loop/loop.h"

struct completion_queue;

/* The tag of one operation. Embedded in its owner, which must live until function ran. May be used
 * again afterwards, from within function too. success is gRPC's. Zeros and function are all it
 * needs. */
struct completion {
    void (*function)(struct completion *completion, bool success);
    struct completion_queue *queue; /* kept by completion.c from here on */
    struct loop_posting posting;
    bool success;
    atomic_bool begun; /* the thread's side of it orders what the loop wrote before */
};

/* The queue of this loop, started (with gRPC itself) when it is the first to ask. Every acquire has
 * its release. */
struct completion_queue *completion_queue_acquire(struct loop *loop);

/* The last release ends the thread and gRPC. No operation may be under way then (assert); channels
 * and servers are destroyed before. */
void completion_queue_release(struct completion_queue *queue);

/* For grpc_channel_create_call, grpc_server_request_call and their like. */
grpc_completion_queue *completion_queue_core(struct completion_queue *queue);

/* Starts a batch; function then runs exactly once, on the loop thread. false: gRPC refused it and
 * function will not run. */
bool completion_start_batch(struct completion_queue *queue, grpc_call *call,
                            const grpc_op *operations, size_t operation_count,
                            struct completion *completion) must_check;

/* Counts an operation that another function of gRPC starts with completion as its tag (call this
 * first); abandon when it refused. */
void completion_begin(struct completion_queue *queue, struct completion *completion);
void completion_abandon(struct completion *completion);

/* Whether the loop's thread waits for gRPC itself; else a thread of its own takes the events
 * (runtime/README.md). */
bool completion_queue_is_polled(const struct completion_queue *queue);

/* Operations begun whose function has not run. */
size_t completion_queue_pending(const struct completion_queue *queue);

#endif
