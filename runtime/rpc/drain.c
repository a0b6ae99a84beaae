#include <assert.h>
#include <stdlib.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/rpc/serving.h"

/* How a server goes. gRPC shuts down by saying CANCELLED, which tells a caller that it gave up
 * itself, to whatever it has not handed over and to whatever still comes; and it closes its
 * listener in the same breath. So it is shut down when nothing can come any more: what was accepted
 * is answered, the answers are read, nobody can connect, the connections are closed. */

#define CUT_ENDS_MS 5000 /* for a client that takes no answer; then its connection is cut */
#define READING_TURNS 10
#define READING_TURN_MS 20
#define CLOSING_MS 1000
#define CLOSING_TURN_MS 1

/* Also when nobody waits for the drain any more. */
static void pause_ms(struct task *task, int64_t duration_ms)
{
    struct event never = EVENT_INIT;
    (void)task_wait_to_the_end_ms(task, &never, duration_ms);
}

/* ---- what was accepted is answered ---- */

/* Each is answered by its own task, as not known, unless it was done meanwhile. */
static void cut_calls(struct rpc_server *server)
{
    assert(server->draining);
    size_t count = 0;
    for (struct call *call = server->taken; call != NULL; call = call->next_taken, count++)
        if (call->task != NULL)
            task_cancel(call->task);
    log_write(LOG_WARN, "drain_cancels_calls", log_int64("calls", (int64_t)count));
}

/* Calls that come meanwhile, and from now on, are told that nothing was done. */
static void wait_for_the_taken(struct task *task, struct rpc_server *server, int64_t grace_ms)
{
    assert(server->draining && task_current() == task);
    if (server_is_quiet(server) || task_wait_ms(task, &server->quiet, grace_ms) == FAILURE_NONE)
        return;
    cut_calls(server);
    while (!server_is_quiet(server) && task_wait_to_the_end_ms(task, &server->quiet, CUT_ENDS_MS))
        continue;
}

/* ---- the answers are read ---- */

/* A client whose connection ends while it writes drops what it has not read yet, answers among it.
 * Several turns, so that a pause of this machine is not taken for time to read. */
static void let_answers_be_read(struct task *task, const struct rpc_server *server)
{
    if (clock_monotonic_us() - server->answered_us >
        (int64_t)READING_TURNS * READING_TURN_MS * 1000)
        return;
    for (int turn = 0; turn < READING_TURNS && sockets_connected(server) > 0; turn++)
        pause_ms(task, READING_TURN_MS);
}

/* ---- the connections are closed ---- */

/* A client that is about to connect may become a connection that gRPC knows of while others are
 * closed: hence again and again. */
static void close_connections(struct task *task, struct rpc_server *server)
{
    assert(server->draining);
    int64_t until_us = clock_monotonic_us() + CLOSING_MS * 1000;
    sockets_stop_listening(server);
    while (sockets_connected(server) > 0 && clock_monotonic_us() < until_us) {
        grpc_server_cancel_all_calls(server->core);
        pause_ms(task, CLOSING_TURN_MS);
    }
    sockets_cut(server);
}

/* ---- gRPC is shut down ---- */

static void core_shut_down(struct completion *completion, bool success)
{
    struct rpc_server *server =
        (struct rpc_server *)(void *)((char *)completion - offsetof(struct rpc_server, shut_down));
    (void)success;
    assert(server->is_shutting_down && !server->is_shut_down);
    server->is_shut_down = true;
    server_look_quiet(server);
}

static void shut_down(struct task *task, struct rpc_server *server)
{
    server->is_shutting_down = true;
    server->quiet = EVENT_INIT;
    if (server->waiting.watch != NULL)
        task_cancel(server->waiting.watch);
    server->shut_down.function = core_shut_down;
    completion_begin(server->queue, &server->shut_down);
    grpc_server_shutdown_and_notify(server->core, completion_queue_core(server->queue),
                                    &server->shut_down);
    grpc_server_cancel_all_calls(server->core);
    task_wait_to_the_end(task,
                         &server->quiet); /* ending before handlers answered aborts the process */
    assert(server->calls_open == 0 && server->taken == NULL && server->slots_posted == 0);
    grpc_server_destroy(server->core);
}

void rpc_server_drain(struct task *task, struct rpc_server *server, int64_t grace_ms)
{
    assert(!server->draining);
    server->draining = true;
    rpc_server_set_serving(server, false);
    if (server->core != NULL) {
        wait_for_the_taken(task, server, grace_ms);
        let_answers_be_read(task, server);
        close_connections(task, server);
        shut_down(task, server);
    }
    completion_queue_release(server->queue);
    methods_deinit(&server->methods);
    free(server);
}
