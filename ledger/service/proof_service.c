#include <string.h>

#include "ledger/domain/refusals.h"
#include "ledger/jobs/tree.h"
#include "ledger/ledger_message.h"
#include "ledger/service/history.h"
#include "ledger/store/anchor_store.h"
#include "ledger/store/place_store.h"
#include "runtime/base/clock.h"
#include "runtime/loop/aside.h"
#include "runtime/rpc/timestamp.h"

#include "ledger/service/proof_rpc.h"

#define ANCHORS_MAX 400 /* of one proof: a year of days, and more */
#define ENTRIES_MAX 100 /* of one page */
#define LOOKS_MAX 8 /* anchors that one page looks into, however few entries are the account's */
#define MEMORY_MAX ((size_t)64 * 1024 * 1024)

/* ---- messages ---- */

static ProtobufCBinaryData binary(struct arena *arena, const void *data, size_t size)
{
    return (ProtobufCBinaryData){size, arena_memdup(arena, data, size)};
}

static ProtobufCBinaryData id_binary(struct arena *arena, struct id id)
{
    return binary(arena, id.bytes, sizeof id.bytes);
}

static size_t put_path(struct arena *arena, const struct merkle_hash *path, size_t size,
                       ProtobufCBinaryData **sides)
{
    *sides = arena_alloc_array(arena, size + 1, sizeof **sides);
    for (size_t i = 0; i < size; i++)
        (*sides)[i] = binary(arena, path[i].bytes, MERKLE_HASH_SIZE);
    return size;
}

static Ledger__V1__Anchor *anchor_to_message(struct arena *arena, const struct signed_anchor *kept)
{
    const struct anchor *anchor = &kept->anchor;
    Ledger__V1__Anchor *message = message_new(arena, &ledger__v1__anchor__descriptor);
    message->number = anchor->number;
    message->period_us = anchor->period_us;
    message->first_sequence = anchor->first_sequence;
    message->last_sequence = anchor->last_sequence;
    message->entries_root = binary(arena, anchor->entries_root.bytes, MERKLE_HASH_SIZE);
    message->account_count = anchor->account_count;
    message->accounts_root = binary(arena, anchor->accounts_root.bytes, MERKLE_HASH_SIZE);
    message->previous = binary(arena, anchor->previous.bytes, MERKLE_HASH_SIZE);
    message->public_key = binary(arena, kept->public_key, SIGNATURE_KEY_SIZE);
    message->signature = binary(arena, kept->signature, SIGNATURE_SIZE);
    return message;
}

static void put_postings(struct arena *arena, const struct stated_entry *entry,
                         Ledger__V1__StatedEntry *message)
{
    message->postings = arena_alloc_array(arena, ENTRY_POSTINGS_MAX, sizeof *message->postings);
    for (; message->n_postings < entry->posting_count; message->n_postings++) {
        Ledger__V1__StatedPosting *posting =
            message_new(arena, &ledger__v1__stated_posting__descriptor);
        posting->book = entry->postings[message->n_postings].book;
        posting->amount_micros = entry->postings[message->n_postings].amount_micros;
        posting->balance_micros = entry->postings[message->n_postings].balance_micros;
        message->postings[message->n_postings] = posting;
    }
}

static Ledger__V1__StatedEntry *entry_to_message(struct arena *arena,
                                                 const struct stated_entry *entry)
{
    Ledger__V1__StatedEntry *message = message_new(arena, &ledger__v1__stated_entry__descriptor);
    message->sequence = entry->sequence;
    message->kind = entry->kind;
    message->account_id = id_binary(arena, entry->account_id);
    message->counterparty_id = id_binary(arena, entry->counterparty_id);
    message->sub_account_id = id_binary(arena, entry->sub_account_id);
    message->amount_micros = entry->amount_micros;
    message->currency = arena_strdup(arena, entry->currency);
    message->remark = arena_strdup(arena, entry->remark);
    message->tag = arena_strdup(arena, entry->tag);
    message->reference_id = id_binary(arena, entry->reference_id);
    message->actor_reference = id_binary(arena, entry->actor_reference);
    message->effective_us = entry->effective_us;
    message->recorded_us = entry->recorded_us;
    message->hash = binary(arena, entry->hash.bytes, MERKLE_HASH_SIZE);
    put_postings(arena, entry, message);
    return message;
}

/* ---- the account's states ---- */

/* *message stays NULL when the anchor does not have the account. */
static enum failure read_state(struct reader reader, const struct get_proof *request,
                               int64_t number, struct arena *arena,
                               Ledger__V1__AnchoredState **message)
{
    struct anchored_account *accounts;
    struct merkle_hash *leaves, root, path[MERKLE_PATH_MAX];
    size_t count, leaf_count = 0, place = SIZE_MAX, found = 0;
    enum failure failure =
        anchor_store_read_accounts(reader, request->company_id, number, &accounts, &count);
    if (failure != FAILURE_NONE)
        return failure;
    leaves = arena_try_alloc_array(reader_arena(reader), MERKLE_ROOM(count), sizeof *leaves);
    if (leaves == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        if (!accounts[i].is_known)
            continue;
        if (id_equal(accounts[i].account_id, request->account_id))
            place = leaf_count, found = i;
        leaves[leaf_count++] = told_state_leaf(accounts[i].account_id, &accounts[i].state);
    }
    if (place == SIZE_MAX)
        return FAILURE_NONE;
    failure = tree_grow(reader.task, leaves, leaf_count, &root);
    if (failure != FAILURE_NONE)
        return failure;
    size_t size = merkle_path(leaves, leaf_count, place, path);
    *message = message_new(arena, &ledger__v1__anchored_state__descriptor);
    (*message)->entries = accounts[found].state.entries;
    (*message)->hash = binary(arena, accounts[found].state.hash.bytes, MERKLE_HASH_SIZE);
    (*message)->index = (int64_t)place;
    (*message)->n_path = put_path(arena, path, size, &(*message)->path);
    return FAILURE_NONE;
}

/* ---- the account's entries of one anchor ---- */

struct statement {
    const struct get_proof *request;
    struct arena *arena; /* of the answer */
    int64_t after_sequence;
    struct merkle_hash *leaves;
    size_t leaf_count;
    size_t first; /* of the proof's entries that are this anchor's */
    Ledger__V1__Proof *proof;
    bool is_full;
};

static bool state_entry(void *argument, const struct told_entry *told)
{
    struct statement *statement = argument;
    struct stated_entry stated;
    statement->leaves[statement->leaf_count++] =
        merkle_leaf(told->stated.hash.bytes, MERKLE_HASH_SIZE);
    if (told->stated.sequence <= statement->after_sequence || statement->is_full ||
        !told_entry_is_of(told, statement->request->account_id, &stated))
        return true;
    Ledger__V1__Proof *proof = statement->proof;
    proof->entries[proof->n_entries++] = entry_to_message(statement->arena, &stated);
    statement->is_full = proof->n_entries == ENTRIES_MAX;
    return true;
}

static enum failure state_anchor(struct reader reader, struct statement *statement,
                                 const struct anchor *anchor)
{
    struct merkle_hash root, path[MERKLE_PATH_MAX];
    statement->leaf_count = 0;
    statement->first = statement->proof->n_entries;
    const struct told_stretch stretch = {anchor->company_id, anchor->first_sequence - 1,
                                         anchor->last_sequence};
    enum failure failure = anchor_store_walk(reader, &stretch, state_entry, statement);
    int64_t length = anchor->last_sequence - anchor->first_sequence + 1;
    if (failure == FAILURE_NONE && (int64_t)statement->leaf_count != length)
        failure = FAILURE_INTERNAL;
    if (failure == FAILURE_NONE && statement->first < statement->proof->n_entries)
        failure = tree_grow(reader.task, statement->leaves, statement->leaf_count, &root);
    for (size_t i = statement->first; failure == FAILURE_NONE && i < statement->proof->n_entries;
         i++) {
        Ledger__V1__StatedEntry *entry = statement->proof->entries[i];
        size_t size = merkle_path(statement->leaves, statement->leaf_count,
                                  (size_t)(entry->sequence - anchor->first_sequence), path);
        entry->n_path = put_path(statement->arena, path, size, &entry->path);
    }
    return failure;
}

/* ---- a page ---- */

struct proof_page {
    const struct get_proof *request;
    struct ledger *ledger;
    struct arena *arena;
    struct signed_anchor *anchors;
    size_t anchor_count;
    size_t first; /* of them whose entries are stated; before it is the opening one */
    Ledger__V1__GetProofResponse *response;
    struct page_place goes_on_after; /* a sequence, and the last anchor; 0: it is the last page */
    const struct refusal *refusal;
};

static enum failure put_frame(struct reader reader, struct proof_page *page)
{
    Ledger__V1__Proof *proof = page->response->proof;
    proof->company_id = id_binary(page->arena, page->request->company_id);
    proof->account_id = id_binary(page->arena, page->request->account_id);
    proof->anchors = arena_alloc_array(page->arena, page->anchor_count, sizeof *proof->anchors);
    for (; proof->n_anchors < page->anchor_count; proof->n_anchors++)
        proof->anchors[proof->n_anchors] =
            anchor_to_message(page->arena, &page->anchors[proof->n_anchors]);
    int64_t last = page->anchors[page->anchor_count - 1].anchor.number;
    enum failure failure = read_state(reader, page->request, last, page->arena, &proof->closing);
    if (failure == FAILURE_NONE && page->first == 1)
        failure = read_state(reader, page->request, page->anchors[0].anchor.number, page->arena,
                             &proof->opening);
    return failure;
}

static enum failure put_entries(struct reader reader, struct proof_page *page)
{
    struct statement statement = {.request = page->request,
                                  .arena = page->arena,
                                  .after_sequence = page->request->after.number,
                                  .leaves = arena_try_alloc_array(reader_arena(reader),
                                                                  MERKLE_ROOM(ANCHOR_ENTRIES_MAX),
                                                                  sizeof *statement.leaves),
                                  .proof = page->response->proof};
    enum failure failure = statement.leaves != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
    size_t looks = 0;
    int64_t reached = statement.after_sequence;
    statement.proof->entries =
        arena_alloc_array(page->arena, ENTRIES_MAX, sizeof *statement.proof->entries);
    for (size_t i = page->first; failure == FAILURE_NONE && i < page->anchor_count; i++) {
        const struct anchor *anchor = &page->anchors[i].anchor;
        if (anchor->last_sequence <= statement.after_sequence)
            continue;
        if (statement.is_full || looks++ == LOOKS_MAX)
            break;
        failure = state_anchor(reader, &statement, anchor);
        reached = statement.is_full ? statement.proof->entries[ENTRIES_MAX - 1]->sequence
                                    : anchor->last_sequence;
    }
    if (failure == FAILURE_NONE &&
        reached < page->anchors[page->anchor_count - 1].anchor.last_sequence)
        page->goes_on_after =
            (struct page_place){reached, page->anchors[page->anchor_count - 1].anchor.number};
    return failure;
}

/* Anchors that were made since are not of this proof. */
static void keep_to_the_first_page(struct proof_page *page)
{
    int64_t last = page->request->after.part;
    while (last != 0 && page->anchor_count > 0 &&
           page->anchors[page->anchor_count - 1].anchor.number > last)
        page->anchor_count--;
}

static enum failure make_page(struct task *task, void *argument)
{
    struct proof_page *page = argument;
    const struct get_proof *request = page->request;
    struct reader reader = reader_of(task, page->ledger->database);
    const struct asked_anchors asked = {.company_id = request->company_id,
                                        .start_us = request->start_us,
                                        .end_us =
                                            request->has_end_time ? request->end_us : MOMENT_MAX_US,
                                        .limit = ANCHORS_MAX + 2};
    enum failure failure = anchor_store_list(reader, &asked, &page->anchors, &page->anchor_count);
    if (failure != FAILURE_NONE)
        return failure;
    keep_to_the_first_page(page);
    page->first = page->anchor_count > 0 && page->anchors[0].anchor.period_us < request->start_us;
    if (page->anchor_count == page->first)
        page->refusal = &proof_not_yet;
    else if (page->anchor_count - page->first > ANCHORS_MAX)
        page->refusal = &proof_too_long;
    if (page->refusal != NULL)
        return FAILURE_NONE;
    if (request->after.number == 0)
        failure = put_frame(reader, page);
    if (failure == FAILURE_NONE && request->after.number == 0 &&
        page->response->proof->closing == NULL)
        page->refusal = &proof_not_yet;
    return failure == FAILURE_NONE && page->refusal == NULL ? put_entries(reader, page) : failure;
}

/* A chain of its own is named like the account. */
static int look_before_move(struct call *call, struct get_proof *asked)
{
    struct ledger *ledger = call_context(call);
    bool has_left = false;
    int no = place_store_find_left(reader_of(call_task(call), ledger->database), ledger->places,
                                   asked->account_id, &has_left);
    asked->company_id = asked->account_id;
    return no != 0 || has_left ? no : call_refuse(call, &proof_of_nothing, NO_TERMS);
}

static int get_proof(struct call *call, const struct get_proof *request,
                     Ledger__V1__GetProofResponse *response)
{
    struct get_proof asked = *request;
    int no = request->before_move ? look_before_move(call, &asked) : 0;
    if (no != 0)
        return no;
    struct proof_page page = {.request = &asked,
                              .ledger = call_context(call),
                              .arena = call_arena(call),
                              .response = response};
    response->proof = message_new(page.arena, &ledger__v1__proof__descriptor);
    struct aside aside = {.work = make_page, .argument = &page};
    no = aside_do(call_task(call), &aside, "ledger_proof", MEMORY_MAX);
    aside_end(call_task(call), &aside);
    if (no != 0)
        return no;
    if (page.goes_on_after.number != 0)
        response->next_page_token = page_token_of_place(call, page.goes_on_after);
    return page.refusal != NULL ? call_refuse(call, page.refusal, NO_TERMS) : 0;
}

/* ---- keys ---- */

static int list_anchor_keys(struct call *call, const struct list_anchor_keys *request,
                            Ledger__V1__ListAnchorKeysResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    struct rows rows;
    int no = anchor_store_list_keys(reader_of(call_task(call), ledger->database),
                                    request->company_id, &rows);
    if (no != 0)
        return no;
    response->keys = arena_alloc_array(arena, rows.count + 1, sizeof *response->keys);
    for (; response->n_keys < rows.count; response->n_keys++) {
        struct ledger_list_anchor_keys_row row =
            ledger_list_anchor_keys_row(&rows, response->n_keys);
        Ledger__V1__AnchorKey *key = message_new(arena, &ledger__v1__anchor_key__descriptor);
        char *hex = arena_alloc(arena, 2 * row.public_key.size + 1);
        key->public_key = bytes_to_hex(row.public_key.data, row.public_key.size, hex);
        key->first_period_time = timestamp_from_us(arena, row.period_us);
        response->keys[response->n_keys] = key;
    }
    return 0;
}
