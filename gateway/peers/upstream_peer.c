#include "gateway/peers/upstream_peer.h"

#include "gateway/peers/own_call.h"
#include "identity/v1/upstream.pb-c.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"

#define PAGE_SIZE 100

enum failure identity_upstreams_list(struct peer_call call, const char *agent_id, const char *token,
                                     struct identity_upstreams *found)
{
    struct arena *arena = task_arena(call.task);
    Identity__V1__ListUpstreamsRequest request = IDENTITY__V1__LIST_UPSTREAMS_REQUEST__INIT;
    Identity__V1__ListUpstreamsResponse *response = NULL;
    request.page_size = PAGE_SIZE;
    request.page_token = arena_strdup(arena, token);
    request.agent_account_id = arena_strdup(arena, agent_id);
    *found = (struct identity_upstreams){.next_token = ""};
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__upstream_service,
                                    list_upstreams, &request, &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    found->items = arena_alloc_array(arena, response->n_upstreams + 1, sizeof *found->items);
    for (; found->count < response->n_upstreams; found->count++) {
        const Identity__V1__Upstream *upstream = response->upstreams[found->count];
        found->items[found->count] = (struct identity_upstream){
            .agent_id = upstream->agent_account_id,
            .authorised = upstream->authorised,
            .in_trouble =
                upstream->cause != IDENTITY__V1__UPSTREAM_CAUSE__UPSTREAM_CAUSE_UNSPECIFIED};
    }
    found->next_token = response->next_page_token;
    return FAILURE_NONE;
}

enum failure identity_upstream_note(struct peer_call call, const struct upstream_note *note)
{
    char request_id[ID_TEXT_SIZE];
    Identity__V1__NoteUpstreamRequest request = IDENTITY__V1__NOTE_UPSTREAM_REQUEST__INIT;
    Identity__V1__NoteUpstreamResponse *response = NULL;
    request.agent_account_id = arena_strdup(task_arena(call.task), note->agent_id);
    request.request_id = id_format(note->request_id, request_id);
    request.closed = note->closed;
    request.frozen = note->frozen;
    request.overdue = note->overdue;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.note_upstream"),
                         identity__v1__upstream_service, note_upstream, &request, &response,
                         call.status);
}

/* They begin with it, and go on each in its own way. */
static const char *account_of(struct arena *arena, const char *type, struct bytes payload)
{
    const void *event = NULL;
    if (text_equal(type, "ledger.v1.AccountOverdue")) {
        event = message_unpack(arena, &ledger__v1__account_overdue__descriptor, payload);
        return event == NULL ? "" : ((const Ledger__V1__AccountOverdue *)event)->account_id;
    }
    if (text_equal(type, "ledger.v1.AccountResumed")) {
        event = message_unpack(arena, &ledger__v1__account_resumed__descriptor, payload);
        return event == NULL ? "" : ((const Ledger__V1__AccountResumed *)event)->account_id;
    }
    event = message_unpack(arena, &ledger__v1__account_suspended__descriptor, payload);
    return event == NULL ? "" : ((const Ledger__V1__AccountSuspended *)event)->account_id;
}

bool ledger_standing_event_account(struct arena *arena, const char *type, struct bytes payload,
                                   struct id *account_id)
{
    return id_parse(account_of(arena, type, payload), account_id);
}
