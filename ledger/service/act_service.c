#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "ledger/batch/order_messages.h"
#include "ledger/domain/order.h"
#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "ledger/store/act_store.h"
#include "ledger/store/place_store.h"
#include "runtime/rpc/timestamp.h"

#define list_acts_read list_acts_read
#include "ledger/service/act_rpc.h"

/* ---- actions by their rpcs ---- */

static const char *const actions[ORDER_KIND_COUNT] = {
#define ORDER_ACTION(CASE, member, Message, kind, thing, more) [kind] = #member,
    ORDER_MESSAGES(ORDER_ACTION)
#undef ORDER_ACTION
};

/* One kind has no rpc: its time came. */
static const char *order_action(int64_t kind)
{
    return actions[kind] != NULL ? actions[kind] : "expire_hold";
}

static int64_t kind_of(const char *action)
{
    for (int64_t kind = 1; kind < ORDER_KIND_COUNT; kind++)
        if (text_equal(order_action(kind), action))
            return kind;
    return 0;
}

static const char *action_of(const struct ledger_list_acts_row *row)
{
    return row->kind > 0 && row->kind < ORDER_KIND_COUNT ? order_action(row->kind) : row->action;
}

/* ---- places ---- */

/* The chain that acts stand in, by how their places begin: "" where the account is, for one that
 * has not moved; of one that has, OF_HERE there, and OF_BEFORE or nothing, which was told before
 * the move, in the chain of its own. */
#define OF_BEFORE "b"
#define OF_HERE "h"
struct act_chain {
    struct id company_id;
    const char *prefix;
};

static bool begins(const char *place, const char *prefix)
{
    return place[0] == prefix[0];
}

/* "12.3", and nothing behind it; or the newest of before. */
static bool parse_place(const char *text, struct act_filter *filter)
{
    int end = 0;
    if (text_equal(text, OF_BEFORE))
        return true;
    text += begins(text, OF_BEFORE) || begins(text, OF_HERE);
    return text_is_clean(text, 40) &&
           sscanf(text, "%18" SCNd64 ".%18" SCNd64 "%n", &filter->before_sequence,
                  &filter->before_number, &end) == 2 &&
           text[end] == '\0' && filter->before_sequence >= 0 && filter->before_number >= 0;
}

static char *place_of(struct arena *arena, const struct act_chain *chain,
                      const struct ledger_list_acts_row *row)
{
    return arena_printf(arena, "%s%" PRId64 ".%" PRId64, chain->prefix, row->sequence, row->number);
}

/* ---- what is answered ---- */

static char *id_or_empty(struct arena *arena, struct id id)
{
    return id_is_nil(id) ? unconst("") : id_to_message(arena, id);
}

static Ledger__V1__Actor *actor_to_message(struct arena *arena,
                                           const struct ledger_list_acts_row *row)
{
    bool is_kind = row->credential_kind > 0 && row->credential_kind < ACTOR_CREDENTIAL_COUNT;
    Ledger__V1__Actor *actor = message_new(arena, &ledger__v1__actor__descriptor);
    actor->reference = id_or_empty(arena, row->actor_reference);
    actor->principal_id = id_or_empty(arena, row->principal_id);
    actor->account_id = id_or_empty(arena, row->actor_account_id);
    actor->credential_kind = unconst(actor_credential_name(
        is_kind ? (enum actor_credential)row->credential_kind : ACTOR_NO_CREDENTIAL));
    actor->credential_id = id_or_empty(arena, row->credential_id);
    actor->roles = arena_strdup(arena, row->roles);
    actor->approval_id = id_or_empty(arena, row->approval_id);
    actor->step = arena_strdup(arena, row->step);
    return actor;
}

static Ledger__V1__Act *act_to_message(struct arena *arena, const struct act_chain *chain,
                                       const struct ledger_list_acts_row *row)
{
    Ledger__V1__Act *act = message_new(arena, &ledger__v1__act__descriptor);
    act->place = place_of(arena, chain, row);
    act->action = arena_strdup(arena, action_of(row));
    act->account_id = id_or_empty(arena, row->account_id);
    act->counterparty_account_id = id_or_empty(arena, row->counterparty_id);
    act->amount_micros = row->amount_micros;
    act->currency = arena_strdup(arena, row->currency);
    act->remark = arena_strdup(arena, row->remark);
    act->tag = arena_strdup(arena, row->tag);
    act->reason = arena_strdup(arena, row->reason);
    act->request_id = id_or_empty(arena, row->request_id);
    act->recorded_time = timestamp_from_us(arena, row->recorded_us);
    if (row->number == 0)
        act->entry_id = entry_id_to_message(arena, chain->company_id, row->sequence);
    if (!id_is_nil(row->actor_reference) || !id_is_nil(row->principal_id))
        act->actor = actor_to_message(arena, row);
    return act;
}

/* ---- the rpc ---- */

static void list_acts_read(struct call *call, const Ledger__V1__ListActsRequest *message,
                           struct list_acts *request)
{
    struct act_filter unused;
    list_acts_fields(call, message, request);
    history_check_texts(call, request->tag, "");
    field_text(call, "action", request->action, 0, ORDER_TAG_SIZE_MAX);
    if (!text_is_empty(request->cursor) && !parse_place(request->cursor, &unused))
        call_add_field_violation(call, "cursor", FAULT_NOT_A_CURSOR, "is not one of ours");
}

static struct act_filter filter_of(const struct list_acts *request)
{
    struct act_filter filter = {.company_id = request->company_id,
                                .account_id = request->account_id,
                                .account_ids = {request->account_ids, request->n_account_ids, NULL},
                                .principal_id = request->principal_id,
                                .kind = kind_of(request->action),
                                .tag = request->tag,
                                .start_us = request->start_us,
                                .end_us = request->end_us,
                                .last_sequence = INT64_MAX,
                                .before_sequence = INT64_MAX,
                                .limit = page_limit(request->page_size)};
    filter.action = filter.kind == 0 ? request->action : "";
    bool is_there = text_is_empty(request->cursor) || parse_place(request->cursor, &filter);
    assert(is_there); /* as list_acts_read saw */
    return filter;
}

/* The entries that may have been recorded then; other acts are looked at one by one. */
static enum failure narrow(struct reader reader, struct act_filter *filter)
{
    enum failure failure = FAILURE_NONE;
    if (filter->start_us != 0)
        failure = history_store_count_before(reader, filter->company_id, filter->start_us,
                                             &filter->after_sequence);
    if (failure == FAILURE_NONE && filter->end_us != 0)
        failure = history_store_count_before(reader, filter->company_id, filter->end_us,
                                             &filter->last_sequence);
    return failure;
}

/* *follows: another chain's acts come behind this one's. */
static int find_chain(struct call *call, const struct list_acts *request, struct act_chain *chain,
                      bool *follows)
{
    struct ledger *ledger = call_context(call);
    const struct places_wanted wanted = {&request->account_id, 1, false};
    struct place place = {.is_found = false};
    *chain = (struct act_chain){request->company_id, ""};
    *follows = false;
    int no = id_is_nil(request->account_id)
                 ? 0
                 : place_store_find(reader_of(call_task(call), ledger->database), ledger->places,
                                    &wanted, &place);
    bool has_moved = place.is_found && !id_equal(place.chain_id, place.scope_id) &&
                     (id_equal(request->company_id, place.scope_id) ||
                      id_equal(request->company_id, place.chain_id));
    if (no != 0 || !has_moved)
        return no;
    *follows = text_is_empty(request->cursor) || begins(request->cursor, OF_HERE);
    *chain = *follows ? (struct act_chain){place.chain_id, OF_HERE}
                      : (struct act_chain){place.scope_id, OF_BEFORE};
    return 0;
}

static int list_acts(struct call *call, const struct list_acts *request,
                     Ledger__V1__ListActsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    struct act_filter filter = filter_of(request);
    struct act_chain chain;
    struct rows rows;
    bool follows;
    int no = find_chain(call, request, &chain, &follows);
    filter.company_id = chain.company_id;
    if (no == 0)
        no = narrow(reader, &filter);
    if (no == 0)
        no = act_store_list(reader, &filter, &rows);
    if (no != 0)
        return no;
    response->acts = arena_alloc_array(arena, rows.count + 1, sizeof *response->acts);
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_acts_row row = ledger_list_acts_row(&rows, i);
        if (row.is_end || response->n_acts == request->page_size) {
            response->next_cursor = row.is_end ? place_of(arena, &chain, &row)
                                               : response->acts[response->n_acts - 1]->place;
            return 0;
        }
        response->acts[response->n_acts++] = act_to_message(arena, &chain, &row);
    }
    if (follows)
        response->next_cursor = unconst(OF_BEFORE);
    return 0;
}
