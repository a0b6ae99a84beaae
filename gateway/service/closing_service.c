#include "gateway/service/closing.h"
#include "gateway/service/closing_rpc.h"
#include "runtime/rpc/timestamp.h"

static Gateway__V1__ClosingBlocker *blocker_to_message(struct arena *arena,
                                                       const struct closing_blocker *row)
{
    Gateway__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    gateway__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, row->reason);
    message->sentence = arena_strdup(arena, row->sentence);
    message->currency = arena_strdup(arena, row->currency);
    message->amount_micros = row->amount_micros;
    message->relation_id = arena_strdup(arena, row->relation_id);
    message->count = row->count;
    if (row->until_us != 0)
        message->until_time = timestamp_from_us(arena, row->until_us);
    return message;
}

static int list_closing_blockers(struct exchange *exchange,
                                 const struct list_closing_blockers *request,
                                 Gateway__V1__ListClosingBlockersResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    char account_id[ID_TEXT_SIZE], company_id[ID_TEXT_SIZE];
    struct closing_blockers found;
    int no = closing_find_blockers(exchange, id_format(request->account_id, account_id),
                                   id_format(request->company_id, company_id), &found);
    if (no != 0)
        return no;
    response->n_blockers = found.count;
    response->blockers = arena_alloc_array(arena, found.count + 1, sizeof *response->blockers);
    for (size_t i = 0; i < found.count; i++)
        response->blockers[i] = blocker_to_message(arena, &found.rows[i]);
    return 0;
}
