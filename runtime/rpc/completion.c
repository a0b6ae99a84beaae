#include "runtime/rpc/completion.h"

#include <assert.h>
#include <grpc/support/log.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/rpc/completion_source.h"

/* One loop per process, so one queue; the users count brings it up and down. */
static struct completion_queue *shared;

/* Debian's abseil is built with asserts: its deadlock detector aborts the process on false
 * positives. This is abseil's public SetMutexDeadlockDetectionMode under its C++ name; 0 is
 * kIgnore. */
void abseil_set_deadlock_detection(int mode) __asm__(
    "_ZN4absl7debian329SetMutexDeadlockDetectionModeENS0_15OnDeadlockCycleE") __attribute__((weak));

/* gRPC's words go to our log, from whatever thread. */
static void core_said(gpr_log_func_args *said)
{
    static const char listener_shut[] = "Failed accept4: Invalid argument"; /* by us, sockets.c */
    bool is_amiss =
        said->severity == GPR_LOG_SEVERITY_ERROR && strcmp(said->message, listener_shut) != 0;
    log_write(is_amiss ? LOG_WARN : LOG_DEBUG, "grpc_said", log_text("file", said->file),
              log_int64("line", said->line), log_text("message", said->message));
}

/* Signals belong to the loop's thread; the threads of gRPC inherit the mask of the one that starts
 * it. */
static void start_with_signals_blocked(struct completion_queue *queue)
{
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    if (abseil_set_deadlock_detection != NULL)
        abseil_set_deadlock_detection(0);
    gpr_set_log_function(core_said);
    grpc_init();
    queue->core = grpc_completion_queue_create_for_next(NULL);
    queue->is_polled = completion_poll_start(queue);
    if (!queue->is_polled) {
        log_write(LOG_INFO, "grpc_has_a_thread"); /* dearer for each call; see completion_poll.c */
        completion_thread_start(queue);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    signal(SIGPIPE, SIG_IGN);
}

struct completion_queue *completion_queue_acquire(struct loop *loop)
{
    if (shared == NULL) {
        shared = calloc(1, sizeof *shared);
        assert(shared != NULL);
        shared->loop = loop;
        start_with_signals_blocked(shared);
    }
    assert(shared->loop == loop);
    shared->users++;
    return shared;
}

void completion_queue_release(struct completion_queue *queue)
{
    assert(queue == shared && queue->users > 0);
    if (--queue->users > 0)
        return;
    if (queue->is_polled)
        completion_poll_end(queue);
    else
        completion_thread_end(queue);
    assert(queue->pending == 0);
    grpc_completion_queue_destroy(queue->core);
    grpc_shutdown();
    free(queue);
    shared = NULL;
}

bool completion_queue_is_polled(const struct completion_queue *queue)
{
    return queue->is_polled;
}

grpc_completion_queue *completion_queue_core(struct completion_queue *queue)
{
    return queue->core;
}

void completion_begin(struct completion_queue *queue, struct completion *completion)
{
    assert(queue->users > 0 && !completion->begun && completion->function != NULL);
    completion->queue = queue;
    queue->pending++;
    atomic_store_explicit(&completion->begun, true, memory_order_release);
}

void completion_abandon(struct completion *completion)
{
    assert(completion->begun);
    completion->begun = false;
    completion->queue->pending--;
}

bool completion_start_batch(struct completion_queue *queue, grpc_call *call,
                            const grpc_op *operations, size_t operation_count,
                            struct completion *completion)
{
    completion_begin(queue, completion);
    if (grpc_call_start_batch(call, operations, operation_count, completion, NULL) == GRPC_CALL_OK)
        return true;
    completion_abandon(completion);
    return false;
}

size_t completion_queue_pending(const struct completion_queue *queue)
{
    return queue->pending;
}
