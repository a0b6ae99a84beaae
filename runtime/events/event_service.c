#include "runtime/events/event_service.h"

#include "event/v1/event.pb-c.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/timestamp.h"

#define PAGE_SIZE_DEFAULT 100
#define PAGE_SIZE_MAX 1000

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *id_text(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT_SIZE);
    return text != NULL ? id_format(id, text) : NULL;
}

static Event__V1__Event *event_message(struct arena *arena, const struct outbox_event *event)
{
    Event__V1__Event *message = arena_alloc(arena, sizeof *message);
    if (message == NULL)
        return NULL;
    event__v1__event__init(message);
    message->event_id = id_text(arena, event->event_id);
    message->scope_id = id_text(arena, event->scope_id);
    message->type = borrowed(event->type);
    message->payload = (ProtobufCBinaryData){.len = event->payload.size, .data = (uint8_t *)(uintptr_t)event->payload.data};
    message->recorded_time = timestamp_from_us(arena, event->recorded_us);
    message->cursor = borrowed(event->cursor);
    return message->event_id != NULL && message->scope_id != NULL && message->recorded_time != NULL ? message : NULL;
}

static enum code answer(struct call *call, const struct outbox_event *events, size_t count, Event__V1__ListEventsResponse *response)
{
    response->events = arena_alloc_array(call_arena(call), count > 0 ? count : 1, sizeof *response->events);
    if (response->events == NULL)
        return call_fail(call, FAILURE_EXHAUSTED);
    for (size_t i = 0; i < count; i++) {
        response->events[i] = event_message(call_arena(call), &events[i]);
        if (response->events[i] == NULL)
            return call_fail(call, FAILURE_EXHAUSTED);
    }
    response->n_events = count;
    return CODE_OK;
}

static enum code event_service_list_events_call(struct call *call, const Event__V1__ListEventsRequest *request,
                                                Event__V1__ListEventsResponse *response)
{
    if (request->page_size < 0 || request->page_size > PAGE_SIZE_MAX)
        return call_invalid(call, "page_size", "From 0, which means 100, to 1000.");
    size_t limit = request->page_size == 0 ? PAGE_SIZE_DEFAULT : (size_t)request->page_size;
    struct outbox_event *events;
    size_t count;
    enum failure failure = outbox_read(call_task(call), call_context(call), request->cursor, limit, &events, &count);
    if (failure == FAILURE_INVALID)
        return call_invalid(call, "cursor", "The cursor of an event that was listed, or nothing.");
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    return answer(call, events, count, response);
}
RPC_UNARY(event_service_list_events, Event__V1__EventService, Event__V1__ListEventsRequest, Event__V1__ListEventsResponse)

void event_service_mount(struct rpc_server *server, struct database *database)
{
    static Event__V1__EventService_Service service = EVENT__V1__EVENT_SERVICE__INIT(event_service_);
    rpc_server_mount(server, &service.base, database);
}
