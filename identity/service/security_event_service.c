/* Shows security events: one's own, and those of an account. */
#include <assert.h>

#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/v1/security_event.pb-c.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define list_security_events_admit(call) caller_admit(call)
#include "identity/service/security_event_rpc.h"

#define KIND_IS_THE_WIRES(kind, told, sentence)                                           \
    static_assert((int)SECURITY_##kind ==                                                 \
                      (int)IDENTITY__V1__SECURITY_EVENT_KIND__SECURITY_EVENT_KIND_##kind, \
                  "kinds are the wire's");
SECURITY_EVENTS(KIND_IS_THE_WIRES)

static char *id_or_none(struct call *call, struct id id)
{
    static char none[] = "";
    return id_is_nil(id) ? none : id_to_message(call, id);
}

static ProtobufCMessage *event_to_message(struct call *call, const void *row)
{
    const struct security_event *event = row;
    struct arena *arena = call_arena(call);
    Identity__V1__SecurityEvent *message = arena_alloc(arena, sizeof *message);
    identity__v1__security_event__init(message);
    message->event_id = id_to_message(call, event->event_id);
    message->kind = (Identity__V1__SecurityEventKind)event->kind;
    message->event_time = timestamp_from_us(arena, event->noted_us);
    message->principal_id = id_to_message(call, event->principal_id);
    message->session_id = id_or_none(call, event->session_id);
    message->account_id = id_or_none(call, event->account_id);
    message->actor_principal_id = id_or_none(call, event->actor_id);
    message->detail = arena_strdup(arena, event->detail);
    message->device = arena_strdup(arena, event->device);
    message->network = arena_strdup(arena, event->network);
    message->times = event->times;
    return &message->base;
}

static enum failure answer(struct call *call, size_t page_size, const struct security_events *found,
                           ProtobufCMessage *response)
{
    return page_answer(
        call, PAGE(page_size, found->items, found->count, event_id, event_to_message), response);
}

static int list_security_events(struct call *call, const struct list_security_events *request,
                                Identity__V1__ListSecurityEventsResponse *response)
{
    struct security_events found;
    const struct security_page page = {.of_id = caller_id(call),
                                       .kind = (enum security_event_kind)request->kind,
                                       .start_us = request->start_us,
                                       .end_us = request->end_us,
                                       .before_id = request->before_id,
                                       .limit = page_limit(request->page_size)};
    int no = security_event_store_list(identity_reader(call), &page, &found);
    return no != 0 ? no : answer(call, request->page_size, &found, &response->base);
}

static int list_account_security_events(struct call *call,
                                        const struct list_account_security_events *request,
                                        Identity__V1__ListAccountSecurityEventsResponse *response)
{
    struct security_events found;
    const struct security_page page = {.of_id = request->account_id,
                                       .kind = (enum security_event_kind)request->kind,
                                       .start_us = request->start_us,
                                       .end_us = request->end_us,
                                       .before_id = request->before_id,
                                       .limit = page_limit(request->page_size)};
    int no = security_event_store_list_account(identity_reader(call), &page, &found);
    return no != 0 ? no : answer(call, request->page_size, &found, &response->base);
}
