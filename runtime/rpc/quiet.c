/* The calls of a server, counted and listed until their last batch ended: what a drain waits for.
 */
#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/rpc/serving.h"

bool server_is_quiet(const struct rpc_server *server)
{
    if (server->is_shutting_down)
        return server->is_shut_down && server->calls_open == 0 && server->slots_posted == 0 &&
               !server->waiting.is_watched;
    return server->draining && server->taken == NULL && server->waiting.oldest == NULL;
}

void server_look_quiet(struct rpc_server *server)
{
    if (server_is_quiet(server))
        event_signal(&server->quiet);
}

void server_take_call(struct rpc_server *server, struct call *call)
{
    assert(call->phase == CALL_RUNNING);
    assert(call->next_taken == NULL && call->previous_taken == NULL);
    call->next_taken = server->taken;
    if (call->next_taken != NULL)
        call->next_taken->previous_taken = call;
    server->taken = call;
    sources_add(call);
}

static void let_call_go(struct rpc_server *server, struct call *call)
{
    assert(server->taken != NULL);
    sources_remove(call);
    if (call->next_taken != NULL)
        call->next_taken->previous_taken = call->previous_taken;
    if (call->previous_taken != NULL)
        call->previous_taken->next_taken = call->next_taken;
    else
        server->taken = call->next_taken;
    server->answered_us = clock_monotonic_us();
}

void server_call_ended(struct rpc_server *server, struct call *call)
{
    assert(server->calls_open > 0);
    if (call->phase == CALL_ANSWERED)
        let_call_go(server, call);
    server->calls_open--;
    server_look_quiet(server);
}
