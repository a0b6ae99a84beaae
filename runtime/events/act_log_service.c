#include "runtime/events/act_log_service.h"

#include <assert.h>
#include <string.h>

#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

/* ---- writing ---- */

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* "" of none. */
static char *id_text(struct arena *arena, struct id id)
{
    return id_is_nil(id) ? borrowed("") : id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

static void set_roles(struct arena *arena, const char *roles, Act__V1__Actor *message)
{
    char *rest = arena_strdup(arena, roles);
    message->roles = arena_alloc_array(arena, strlen(roles) + 1, sizeof *message->roles);
    for (char *name = strsep(&rest, ","); name != NULL; name = strsep(&rest, ","))
        if (name[0] != '\0')
            message->roles[message->n_roles++] = name;
}

static Act__V1__Actor *actor_message(struct arena *arena, const struct actor *actor)
{
    Act__V1__Actor *message = arena_alloc(arena, sizeof *message);
    act__v1__actor__init(message);
    message->principal_id = id_text(arena, actor->principal_id);
    message->account_id = id_text(arena, actor->account_id);
    message->credential = borrowed(actor_credential_name(actor->credential));
    message->credential_id = id_text(arena, actor->credential_id);
    message->approval_id = id_text(arena, actor->approval_id);
    message->step = borrowed(actor->step);
    message->reference = id_text(arena, actor->reference);
    set_roles(arena, actor->roles, message);
    return message;
}

Act__V1__Act *act_message(struct arena *arena, const struct act *act)
{
    Act__V1__Act *message = arena_alloc(arena, sizeof *message);
    assert(act->actor != NULL && act->action != NULL);
    act__v1__act__init(message);
    message->act_id = id_text(arena, act->act_id);
    message->actor = actor_message(arena, act->actor);
    message->account_id = id_text(arena, act->account_id);
    message->action = borrowed(act->action);
    message->object_id = id_text(arena, act->object_id);
    message->request_id = id_text(arena, act->request_id);
    message->tag = borrowed(act->tag);
    message->reason = borrowed(act->reason);
    message->act_time = timestamp_from_us(arena, act->act_us);
    message->cursor = borrowed(act->cursor);
    return message;
}

/* ---- reading ---- */

static struct id_array read_accounts(struct call *call, const Act__V1__ActFilter *message)
{
    bool is_one = !text_is_empty(message->account_id);
    struct id *one = arena_alloc(call_arena(call), sizeof *one);
    if (is_one) {
        *one = field_id(call, "filter.account_id", message->account_id);
        return id_array(one, 1);
    }
    return id_array(field_ids(call, "filter.account_ids", message->account_ids,
                              message->n_account_ids, ACT_ACCOUNTS_MAX, true),
                    message->n_account_ids);
}

static struct act_filter read_filter(struct call *call, const Act__V1__ActFilter *message)
{
    if (message == NULL)
        return (struct act_filter){.action = "", .tag = "", .until_us = ACT_LATEST_US};
    return (struct act_filter){
        .accounts = read_accounts(call, message),
        .principal_id = field_optional_id(call, "filter.principal_id", message->principal_id),
        .object_id = field_optional_id(call, "filter.object_id", message->object_id),
        .action = message->action,
        .tag = message->tag,
        .from_us = message->from_time != NULL
                       ? field_time(call, "filter.from_time", message->from_time)
                       : 0,
        .until_us = message->until_time != NULL
                        ? field_time(call, "filter.until_time", message->until_time)
                        : ACT_LATEST_US};
}

static int answer(struct call *call, const struct act_page *page,
                  Act__V1__ListActsResponse *response)
{
    struct arena *arena = call_arena(call);
    response->acts = arena_alloc_array(arena, page->count + 1, sizeof *response->acts);
    for (size_t i = 0; i < page->count; i++)
        response->acts[i] = act_message(arena, &page->acts[i]);
    response->n_acts = page->count;
    response->cursor = borrowed(page->cursor);
    response->last = page->is_last;
    response->began_again = page->began_again;
    return 0;
}

static int act_service_list_acts_call(struct call *call, const Act__V1__ListActsRequest *request,
                                      Act__V1__ListActsResponse *response)
{
    struct database *database = call_context(call);
    const struct act_reading reading = {.filter = read_filter(call, request->filter),
                                        .cursor = request->cursor,
                                        .limit = field_page_size(call, request->page_size)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct act_page page;
    int no = act_read(reader_of(call_task(call), database), &reading, &page);
    if (no == FAILURE_INVALID)
        return call_invalid(call, "cursor", FAULT_NOT_A_CURSOR,
                            "The cursor of an answer, or nothing.");
    return no == 0 ? answer(call, &page, response) : no;
}
RPC_UNARY(act_service_list_acts, Act__V1__ActService, Act__V1__ListActsRequest,
          Act__V1__ListActsResponse)

void act_log_service_mount(struct rpc_server *server, struct database *database)
{
    static Act__V1__ActService_Service service = ACT__V1__ACT_SERVICE__INIT(act_service_);
    rpc_server_mount(server, &service.base, database);
}
