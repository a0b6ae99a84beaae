#include "tests/support/test_peer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "event/v1/event.pb-c.h"
#include "runtime/rpc/status.h"

#define LARGE_BYTES 200000

static void copy(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text == NULL ? "(none)" : text);
}

static void peer_see(struct test_peer *peer, const struct call *call)
{
    peer->calls++;
    copy(peer->request_id, sizeof peer->request_id, call_header(call, "x-request-id"));
    copy(peer->trace_parent, sizeof peer->trace_parent, call_header(call, "traceparent"));
    copy(peer->trace_state, sizeof peer->trace_state, call_header(call, "tracestate"));
    copy(peer->account_id, sizeof peer->account_id, call_header(call, "kontor-account-id"));
    copy(peer->identity, sizeof peer->identity, call_peer_identity(call));
}

static int answer(struct call *call, const char *cursor, size_t payload_bytes,
                  Event__V1__ListEventsResponse *response)
{
    struct arena *arena = call_arena(call);
    static char echo[] = "echo";
    Event__V1__Event *event = arena_alloc(arena, sizeof *event);
    Event__V1__Event **events = arena_alloc(arena, sizeof *events);
    char *same_cursor = arena_strdup(arena, cursor);
    uint8_t *payload = arena_alloc(arena, payload_bytes + 1);
    if (event == NULL || events == NULL || same_cursor == NULL || payload == NULL)
        return FAILURE_EXHAUSTED;
    event__v1__event__init(event);
    event->type = echo;
    event->cursor = same_cursor;
    event->payload = (ProtobufCBinaryData){.len = payload_bytes, .data = payload};
    events[0] = event;
    response->events = events;
    response->n_events = 1;
    return 0;
}

static int event_service_list_events_call(struct call *call,
                                          const Event__V1__ListEventsRequest *request,
                                          Event__V1__ListEventsResponse *response)
{
    static const struct refusal overdue = {"OVERDUE", NEVER, CODE_FAILED_PRECONDITION,
                                           "The source has an overdue payment."};
    static const struct refusal not_known = {STATUS_REASON_INDEFINITE, NEVER, CODE_UNAVAILABLE,
                                             "The outcome is not known."};
    static const struct refusal denied = {"PERMISSION_DENIED", NEVER, CODE_PERMISSION_DENIED,
                                          "Not you."};
    static const struct refusal throttled = {"THROTTLED", NEVER, CODE_RESOURCE_EXHAUSTED,
                                             "Not now."};
    struct test_peer *peer = call_context(call);
    peer_see(peer, call);
    if (peer->calls <= peer->unavailable_calls)
        return FAILURE_UNAVAILABLE;
    if (peer->calls <= peer->indefinite_calls)
        return call_refuse(call, &not_known, NO_TERMS); /* not call_fail: this rpc only reads */
    if (text_equal(request->cursor, "deny"))
        return call_refuse(call, &denied, NO_TERMS);
    if (text_equal(request->cursor, "throttle"))
        return call_refuse_retry(call, &throttled, NO_TERMS, 100);
    if (text_equal(request->cursor, "lock"))
        return FAILURE_LOCKED;
    if (text_equal(request->cursor, "exhaust"))
        return FAILURE_EXHAUSTED;
    if (text_equal(request->cursor, "refuse"))
        return call_refuse(call, &overdue, REFUSAL_TERMS({"overdue", "12.00"}));
    if (text_equal(request->cursor, "internal"))
        return FAILURE_INTERNAL;
    if (text_equal(request->cursor, "slow"))
        return task_sleep_ms(call_task(call), 20000);
    if (text_equal(request->cursor, "violate")) {
        call_add_field_violation(call, "cursor", FAULT_NOT_A_CURSOR, "is not one of ours");
        call_add_field_violation(call, "page_size", FAULT_TOO_MANY, "is too large");
        return call_refuse_violations(call);
    }
    bool large = text_equal(request->cursor, "large");
    return answer(call, request->cursor,
                  large || request->page_size < 0 ? LARGE_BYTES : (size_t)request->page_size,
                  response);
}
RPC_UNARY(event_service_list_events, Event__V1__EventService, Event__V1__ListEventsRequest,
          Event__V1__ListEventsResponse)

void test_peer_start(struct task *task, struct test_peer *peer, const char *address)
{
    static Event__V1__EventService_Service service = EVENT__V1__EVENT_SERVICE__INIT(event_service_);
    struct rpc_server_settings settings = {
        .address = address,
        .credentials = peer->credentials,
        .deadline_default_ms = 10000,
        .deadline_max_ms = 30000,
        .message_bytes_max = (size_t)1024 * 1024,
        .call_arena_bytes_max = (size_t)4 * 1024 * 1024,
        .calls_max = 100,
        .connection_age_max_ms = 300000,
        .connection_age_grace_ms = 1000,
        .keepalive_ms = 60000,
    };
    peer->server = rpc_server_new(task_loop(task), &settings);
    rpc_server_mount(peer->server, &service.base, peer);
    bool started = rpc_server_start(peer->server);
    assert(started);
    (void)started;
    rpc_server_set_serving(peer->server, true);
}

void test_peer_stop(struct task *task, struct test_peer *peer)
{
    rpc_server_drain(task, peer->server, 1000);
}
