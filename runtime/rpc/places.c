/* The places of calls that are served at once, and the queue of those whose message is not there.
 */
#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/base/source.h"
#include "runtime/rpc/serving.h"

/* ---- room ---- */

/* One source cannot take what all others need. A caller without a source is our own, or the only
 * one who comes. */
static bool source_has_room(const struct call *call)
{
    struct rpc_server *server = call->server;
    size_t calls_max = server->settings.calls_per_source_max;
    char source[SOURCE_SIZE];
    if (calls_max == 0 || source_of_address(call->source_address, source)[0] == '\0')
        return true;
    struct source_share share = sources_share(server, source);
    if (!call->method->guarded)
        return share.probes < RPC_PROBES_PER_SOURCE_MAX;
    return share.calls < calls_max &&
           (!call_is_stream(call) || share.streams < (calls_max + 1) / 2);
}

/* Streams may last as long as their caller likes: half of the places stay for calls that have a
 * deadline. */
const char *places_limit(const struct call *call)
{
    const struct rpc_server *server = call->server;
    size_t streams_max = (server->settings.calls_max + 1) / 2;
    if (!call->method->guarded && server->probes_live >= RPC_PROBES_MAX)
        return LIMIT_PROBES;
    if (call->method->guarded && server->calls_live >= server->settings.calls_max)
        return LIMIT_CALLS;
    if (call->method->guarded && call_is_stream(call) && server->streams_live >= streams_max)
        return LIMIT_STREAMS;
    return source_has_room(call) ? NULL : LIMIT_SOURCE;
}

/* ---- who waits ---- */

static int64_t time_left_ms(const struct rpc_server *server)
{
    int64_t waited_us = clock_monotonic_us() - server->waiting.oldest->started_us;
    return server->settings.request_wait_ms - waited_us / 1000;
}

static void give_up(struct call *call)
{
    places_leave_waiting(call);
    call->no_message_came(call);
}

static void watch(struct task *task, void *argument)
{
    struct rpc_server *server = argument;
    enum failure failure = FAILURE_NONE;
    server->waiting.watch = task;
    while (failure == FAILURE_NONE && server->waiting.oldest != NULL && !server->is_shutting_down) {
        int64_t left_ms = time_left_ms(server);
        if (left_ms > 0)
            failure = task_sleep_ms(task, left_ms);
        else
            give_up(server->waiting.oldest);
    }
    server->waiting.watch = NULL;
    server->waiting.is_watched = false;
    server_look_quiet(server);
}

void places_wait(struct call *call, void (*message_came)(struct call *call),
                 void (*gave_up)(struct call *call))
{
    static const struct task_options options = {.name = "rpc_waiting"};
    struct rpc_server *server = call->server;
    struct waiting *waiting = &server->waiting;
    if (waiting->count >= server->settings.calls_max)
        give_up(waiting->oldest);
    assert(call->receiving == RECEIVING_ASKED);
    call_move(call, CALL_WAITING);
    call->message_came = message_came;
    call->no_message_came = gave_up;
    call->previous_waiting = waiting->newest;
    *(waiting->newest == NULL ? &waiting->oldest : &waiting->newest->next_waiting) = call;
    waiting->newest = call;
    waiting->count++;
    if (!waiting->is_watched)
        waiting->is_watched = loop_spawn(server->loop, &options, watch, server) == FAILURE_NONE;
}

void places_leave_waiting(struct call *call)
{
    struct waiting *waiting = &call->server->waiting;
    assert(waiting->count > 0);
    waiting->count--;
    *(call->previous_waiting == NULL ? &waiting->oldest : &call->previous_waiting->next_waiting) =
        call->next_waiting;
    *(call->next_waiting == NULL ? &waiting->newest : &call->next_waiting->previous_waiting) =
        call->previous_waiting;
    call->next_waiting = NULL;
    call->previous_waiting = NULL;
    server_look_quiet(call->server);
}
