#include "gateway/peers/event_peer.h"

#include "event/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define EVENTS_AT_ONCE 200

static bool read_event(struct peer_event *event, const Event__V1__Event *wire)
{
    event->recorded_us = 0;
    if (!id_parse(wire->event_id, &event->event_id))
        return false;
    event->type = wire->type;
    event->payload = (struct bytes){wire->payload.data, wire->payload.len};
    event->cursor = wire->cursor;
    if (wire->recorded_time != NULL && !timestamp_to_us(wire->recorded_time, &event->recorded_us))
        return false;
    return true;
}

enum failure event_list(struct peer_call call, const char *cursor, struct peer_event_page *page)
{
    static char consumer[] = "gateway";
    *page = (struct peer_event_page){0};
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.page_size = EVENTS_AT_ONCE;
    request.consumer = consumer;
    request.cursor = arena_strdup(task_arena(call.task), cursor);
    Event__V1__ListEventsResponse *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, event__v1__event_service, list_events,
                                    &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    page->count = response->n_events;
    page->unread = response->unread;
    page->began_again = response->began_again;
    page->events =
        arena_alloc_array(task_arena(call.task), response->n_events + 1, sizeof(struct peer_event));
    for (size_t i = 0; i < response->n_events; i++) {
        if (!read_event(&page->events[i], response->events[i]))
            return FAILURE_INTERNAL;
    }
    return FAILURE_NONE;
}
