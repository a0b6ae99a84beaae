#include "gateway/peers/act_peer.h"

#include "runtime/rpc/timestamp.h"

/* protobuf-c's fields are char *, also where they are only read. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *id_text(struct arena *arena, struct id id)
{
    return id_is_nil(id) ? borrowed("") : id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

char **act_account_texts(struct arena *arena, const struct peer_act_question *question,
                         size_t *count)
{
    char **texts = arena_alloc_array(arena, question->account_count, sizeof *texts);
    for (size_t i = 0; i < question->account_count; i++)
        texts[i] = id_text(arena, question->account_ids[i]);
    *count = question->account_count;
    return texts;
}

bool act_is_of(const struct peer_act_question *question, const char *account_id)
{
    struct id id;
    bool is_of = question->account_count == 0;
    if (!is_of && id_parse(account_id, &id))
        for (size_t i = 0; i < question->account_count && !is_of; i++)
            is_of = id_equal(question->account_ids[i], id);
    return is_of;
}

static Act__V1__ActFilter filter_message(struct arena *arena,
                                         const struct peer_act_question *filter)
{
    Act__V1__ActFilter message = ACT__V1__ACT_FILTER__INIT;
    if (filter->account_count == 1)
        message.account_id = id_text(arena, filter->account_ids[0]);
    else
        message.account_ids = act_account_texts(arena, filter, &message.n_account_ids);
    message.principal_id = id_text(arena, filter->principal_id);
    message.object_id = id_text(arena, filter->object_id);
    message.action = borrowed(filter->action);
    message.tag = borrowed(filter->tag);
    message.from_time = timestamp_from_us(arena, filter->from_us);
    message.until_time = timestamp_from_us(arena, filter->until_us);
    return message;
}

enum failure act_list(struct peer_call call, const struct peer_act_question *question,
                      struct peer_act_page *page)
{
    Act__V1__ActFilter filter = filter_message(task_arena(call.task), question);
    Act__V1__ListActsRequest request = ACT__V1__LIST_ACTS_REQUEST__INIT;
    request.filter = &filter;
    request.cursor = borrowed(question->cursor);
    request.page_size = (int32_t)question->limit;
    Act__V1__ListActsResponse *response = NULL;
    *page = (struct peer_act_page){.cursor = question->cursor};
    enum failure failure = RPC_CALL(call.task, call.peer, act__v1__act_service, list_acts, &request,
                                    &response, call.status);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK)
        return failure;
    *page = (struct peer_act_page){.acts = response->acts,
                                   .cursor = response->cursor,
                                   .is_last = response->last,
                                   .began_again = response->began_again};
    for (size_t i = 0; i < response->n_acts; i++)
        if (act_is_of(question, response->acts[i]->account_id))
            page->acts[page->count++] = response->acts[i];
    return FAILURE_NONE;
}
