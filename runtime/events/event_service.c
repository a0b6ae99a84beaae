#include "runtime/events/event_service.h"

#include "event/v1/event.pb-c.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/timestamp.h"

#define PAGE_SIZE_DEFAULT 100
#define PAGE_SIZE_MAX 1000

struct event_service {
    struct database *database;
    const struct outbox_consumers *consumers;
};

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *id_text(struct arena *arena, struct id id)
{
    return id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

static Event__V1__Event *event_message(struct arena *arena, const struct outbox_event *event)
{
    Event__V1__Event *message = arena_alloc(arena, sizeof *message);
    event__v1__event__init(message);
    message->event_id = id_text(arena, event->event_id);
    message->scope_id = id_text(arena, event->scope_id);
    message->type = borrowed(event->type);
    message->payload = (ProtobufCBinaryData){.len = event->payload.size,
                                             .data = (uint8_t *)(uintptr_t)event->payload.data};
    message->recorded_time = timestamp_from_us(arena, event->recorded_us);
    message->cursor = borrowed(event->cursor);
    return message;
}

static int answer(struct call *call, const struct outbox_page *page,
                  Event__V1__ListEventsResponse *response)
{
    response->events =
        arena_alloc_array(call_arena(call), page->count + 1, sizeof *response->events);
    for (size_t i = 0; i < page->count; i++)
        response->events[i] = event_message(call_arena(call), &page->events[i]);
    response->n_events = page->count;
    response->began_again = page->began_again;
    response->unread = page->unread;
    return 0;
}

/* Nobody else may register: what is kept would wait for it for ever. */
static bool is_consumer(const struct outbox_consumers *consumers, const char *name)
{
    size_t i = 0;
    while (i < consumers->count && !text_equal(consumers->names[i], name))
        i++;
    return i < consumers->count || text_is_empty(name);
}

static int event_service_list_events_call(struct call *call,
                                          const Event__V1__ListEventsRequest *request,
                                          Event__V1__ListEventsResponse *response)
{
    const struct event_service *service = call_context(call);
    if (request->page_size < 0 || request->page_size > PAGE_SIZE_MAX)
        return call_invalid(call, "page_size", FAULT_OUT_OF_RANGE,
                            "From 0, which means 100, to 1000.");
    if (!is_consumer(service->consumers, request->consumer))
        return call_invalid(call, "consumer", FAULT_UNKNOWN_VALUE,
                            "One of the service's setting event-consumers, or nothing.");
    struct outbox_reading reading = {.cursor = request->cursor, .consumer = request->consumer};
    reading.limit = request->page_size == 0 ? PAGE_SIZE_DEFAULT : (size_t)request->page_size;
    struct outbox_page page;
    int no = outbox_read(reader_of(call_task(call), service->database), &reading, &page);
    if (no == FAILURE_INVALID)
        return call_invalid(call, "cursor", FAULT_NOT_A_CURSOR,
                            "The cursor of an event that was listed, or nothing.");
    if (no != 0)
        return no;
    return answer(call, &page, response);
}
RPC_UNARY(event_service_list_events, Event__V1__EventService, Event__V1__ListEventsRequest,
          Event__V1__ListEventsResponse)

void event_service_mount(struct rpc_server *server, struct database *database,
                         const struct outbox_consumers *consumers)
{
    static Event__V1__EventService_Service service = EVENT__V1__EVENT_SERVICE__INIT(event_service_);
    static struct event_service served;
    served = (struct event_service){database, consumers};
    rpc_server_mount(server, &service.base, &served);
}
