#include "gateway/peers/ledger_act_peer.h"

#include <string.h>

#include "gateway/domain/act.h"
#include "ledger/v1/act.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define ROLES_MAX 64
#define TAG_SIZE_MAX 64 /* of an order; other contexts have longer ones */

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *id_text(struct arena *arena, struct id id)
{
    return id_is_nil(id) ? borrowed("") : id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

static void set_roles(struct arena *arena, const char *roles, Act__V1__Actor *message)
{
    char *rest = arena_strdup(arena, roles);
    message->roles = arena_alloc_array(arena, ROLES_MAX, sizeof *message->roles);
    for (char *name = strsep(&rest, ","); name != NULL && message->n_roles < ROLES_MAX;
         name = strsep(&rest, ","))
        if (name[0] != '\0')
            message->roles[message->n_roles++] = name;
}

/* Nobody is named in what was written before there were actors. */
static Act__V1__Actor *actor_of(struct arena *arena, const Ledger__V1__Actor *theirs)
{
    Act__V1__Actor *actor = arena_alloc(arena, sizeof *actor);
    act__v1__actor__init(actor);
    if (theirs == NULL)
        return actor;
    actor->principal_id = theirs->principal_id;
    actor->account_id = theirs->account_id;
    actor->credential = theirs->credential_kind;
    actor->credential_id = theirs->credential_id;
    actor->approval_id = theirs->approval_id;
    actor->step = theirs->step;
    actor->reference = theirs->reference;
    set_roles(arena, theirs->roles, actor);
    return actor;
}

static const char *object_of(const Ledger__V1__Act *theirs)
{
    return !text_is_empty(theirs->entry_id) ? theirs->entry_id : theirs->counterparty_account_id;
}

static Act__V1__Act *act_of(struct arena *arena, const Ledger__V1__Act *theirs)
{
    Act__V1__Act *act = arena_alloc(arena, sizeof *act);
    act__v1__act__init(act);
    const char *permission = act_permission(theirs->action);
    act->act_id = text_is_empty(theirs->entry_id) ? theirs->place : theirs->entry_id;
    act->actor = actor_of(arena, theirs->actor);
    act->account_id = theirs->account_id;
    act->action = borrowed(permission != NULL ? permission
                                              : arena_printf(arena, "ledger.%s", theirs->action));
    act->object_id = borrowed(object_of(theirs));
    act->request_id = theirs->request_id;
    act->tag = theirs->tag;
    act->reason = theirs->reason;
    act->act_time = theirs->recorded_time;
    act->cursor = theirs->place;
    return act;
}

static bool is_on(struct id object_id, const Ledger__V1__Act *theirs)
{
    char text[ID_TEXT_SIZE];
    return id_is_nil(object_id) || text_equal(theirs->entry_id, id_format(object_id, text)) ||
           text_equal(theirs->counterparty_account_id, text);
}

/* Of one account the ledger has looked itself, also at what is named in neither. */
static bool is_wanted(const struct peer_act_question *question, const Ledger__V1__Act *theirs)
{
    return is_on(question->object_id, theirs) &&
           (question->account_count == 1 || act_is_of(question, theirs->account_id) ||
            act_is_of(question, theirs->counterparty_account_id));
}

static enum failure ask(struct peer_call call, const Ledger__V1__ListActsRequest *request,
                        Ledger__V1__ListActsResponse **response)
{
    const struct rpc_call_options options = {.key = request->company_id};
    return RPC_CALL_WITH(call.task, call.peer, &options, ledger__v1__act_service, list_acts,
                         request, response, call.status);
}

static void take_page(struct arena *arena, const struct peer_act_question *question,
                      const Ledger__V1__ListActsResponse *response, struct peer_act_page *page)
{
    page->acts = arena_alloc_array(arena, response->n_acts + 1, sizeof *page->acts);
    for (size_t i = 0; i < response->n_acts; i++)
        if (is_wanted(question, response->acts[i]))
            page->acts[page->count++] = act_of(arena, response->acts[i]);
    page->cursor = response->next_cursor;
    page->is_last = text_is_empty(response->next_cursor);
}

/* Named as its acts are told: by the permission, or, of what has no rpc, as "ledger.expire_hold".
 */
static bool name_action(const char *asked, char action[ACT_RPC_SIZE])
{
    static const char context[] = "ledger.";
    if (text_is_empty(asked) || act_rpc_of_ledger(asked, action))
        return true;
    const char *rest = asked + sizeof context - 1;
    return strncmp(asked, context, sizeof context - 1) == 0 && rest[0] != '\0' &&
           act_permission(rest) == NULL && text_print(action, ACT_RPC_SIZE, "%s", rest);
}

enum failure ledger_act_list(struct peer_call call, const char *company_id,
                             const struct peer_act_question *question, struct peer_act_page *page)
{
    struct arena *arena = task_arena(call.task);
    char action[ACT_RPC_SIZE] = "";
    *page = (struct peer_act_page){.cursor = question->cursor, .is_last = true};
    if (!name_action(question->action, action) || strlen(question->tag) > TAG_SIZE_MAX)
        return FAILURE_NONE;
    Ledger__V1__ListActsRequest request = LEDGER__V1__LIST_ACTS_REQUEST__INIT;
    request.company_id = borrowed(company_id);
    if (question->account_count == 1)
        request.account_id = id_text(arena, question->account_ids[0]);
    else
        request.account_ids = act_account_texts(arena, question, &request.n_account_ids);
    request.principal_id = id_text(arena, question->principal_id);
    request.action = action;
    request.tag = borrowed(question->tag);
    request.start_time = timestamp_from_us(arena, question->from_us);
    request.end_time = timestamp_from_us(arena, question->until_us);
    request.page_size = (int32_t)question->limit;
    request.cursor = borrowed(question->cursor);
    Ledger__V1__ListActsResponse *response = NULL;
    enum failure failure = ask(call, &request, &response);
    if (failure == FAILURE_NONE && call.status->code == CODE_OK)
        take_page(arena, question, response, page);
    return failure;
}
