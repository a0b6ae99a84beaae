#include "ledger/store/anchor_store.h"

#include <string.h>

#include "ledger/store/columns.h"
#include "ledger/store/queries.h"

#define STRETCH 500

static bool take_hash(struct bytes bytes, struct merkle_hash *hash)
{
    if (bytes.size != MERKLE_HASH_SIZE)
        return false;
    memcpy(hash->bytes, bytes.data, MERKLE_HASH_SIZE);
    return true;
}

enum failure anchor_store_find_due(struct reader reader, struct id after, int64_t over_us,
                                   struct due_anchor *due)
{
    struct rows rows;
    const struct ledger_find_due_anchor in = {.after_id = after, .over_us = over_us};
    enum failure failure = ledger_find_due_anchor_alone(reader, &in, &rows);
    *due = (struct due_anchor){0};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct ledger_find_due_anchor_row row = ledger_find_due_anchor_row(&rows, 0);
    *due = (struct due_anchor){.found = true,
                               .company_id = row.company_id,
                               .number = row.number,
                               .last_sequence = row.last_sequence,
                               .period_us = row.period_us};
    bool is_sound = row.number == 0 || take_hash(row.hash, &due->previous);
    return is_sound ? FAILURE_NONE : FAILURE_INTERNAL;
}

/* ---- entries ---- */

static void add_posting(struct told_entry *entry, struct id account_id, int64_t book,
                        int64_t amount_micros, int64_t balance_micros)
{
    if (entry->posting_count < ENTRY_POSTINGS_MAX)
        entry->postings[entry->posting_count++] =
            (struct linked_posting){account_id, book, amount_micros, balance_micros};
}

static bool is_sound(const struct ledger_list_stated_entries_row *row)
{
    return strlen(row->remark) <= ORDER_REMARK_SIZE_MAX && strlen(row->tag) <= ORDER_TAG_SIZE_MAX &&
           strlen(row->currency) <= 3 && row->hash.size == MERKLE_HASH_SIZE &&
           row->change_micros != INT64_MIN && row->recorded_us >= 0;
}

static void take_entry(const struct ledger_list_stated_entries_row *row, struct told_entry *entry)
{
    bool has_other = row->has_other_account_id && !id_equal(row->other_account_id, row->account_id);
    *entry = (struct told_entry){
        .stated = {.sequence = row->sequence,
                   .kind = row->kind,
                   .account_id = row->account_id,
                   .counterparty_id = has_other ? row->other_account_id : (struct id){{0}},
                   .sub_account_id = row->sub_account_id,
                   .amount_micros = row->amount_micros,
                   .currency = row->currency,
                   .remark = row->remark,
                   .tag = row->tag,
                   .reference_id = row->reference_id,
                   .actor_reference = row->actor_reference,
                   .effective_us = row->effective_us,
                   .recorded_us = row->recorded_us},
        .other_account_id = row->other_account_id};
    memcpy(entry->stated.hash.bytes, row->hash.data, MERKLE_HASH_SIZE);
    if (row->book <= 0)
        return;
    add_posting(entry, row->account_id, row->book, row->change_micros, row->balance_micros);
    add_posting(entry, row->other_account_id, row->other_book, -row->change_micros,
                row->other_balance_micros);
}

struct walk {
    struct reader reader;
    struct id company_id;
    told_entry_visit *visit;
    void *argument;
    int64_t next_sequence;
    bool goes_on;
};

/* The entry that begins at *row; moves *row behind it. */
static bool visit_entry(struct walk *walk, const struct rows *rows, size_t *row)
{
    struct told_entry entry;
    struct ledger_list_stated_entries_row found = ledger_list_stated_entries_row(rows, *row);
    if (!is_sound(&found) || found.sequence != walk->next_sequence++)
        return false;
    take_entry(&found, &entry);
    while (found.sequence == entry.stated.sequence) {
        if (found.has_posting_book)
            add_posting(&entry, entry.stated.account_id, found.posting_book,
                        found.posting_amount_micros, found.posting_balance_micros);
        if (++*row == rows->count)
            break;
        found = ledger_list_stated_entries_row(rows, *row);
    }
    walk->goes_on = walk->visit(walk->argument, &entry);
    return true;
}

static enum failure walk_stretch(struct walk *walk, int64_t to_sequence)
{
    struct arena *arena = reader_arena(walk->reader);
    struct arena_mark mark = arena_mark(arena);
    struct rows rows;
    const struct ledger_list_stated_entries in = {.company_id = walk->company_id,
                                                  .after_sequence = walk->next_sequence - 1,
                                                  .to_sequence = to_sequence};
    enum failure failure = ledger_list_stated_entries_alone(walk->reader, &in, &rows);
    for (size_t row = 0; failure == FAILURE_NONE && row < rows.count && walk->goes_on;)
        failure = visit_entry(walk, &rows, &row) ? FAILURE_NONE : FAILURE_INTERNAL;
    arena_rewind(arena, mark);
    return failure;
}

enum failure anchor_store_walk(struct reader reader, const struct told_stretch *stretch,
                               told_entry_visit *visit, void *argument)
{
    struct walk walk = {reader,   stretch->company_id,         visit,
                        argument, stretch->after_sequence + 1, true};
    int64_t to_sequence = stretch->to_sequence;
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && walk.goes_on && walk.next_sequence <= to_sequence) {
        int64_t before = walk.next_sequence, last = before + STRETCH - 1;
        failure = walk_stretch(&walk, last < to_sequence ? last : to_sequence);
        if (walk.next_sequence == before)
            break; /* the chain ends */
    }
    return failure;
}

bool told_entry_is_of(const struct told_entry *entry, struct id account_id,
                      struct stated_entry *stated)
{
    *stated = entry->stated;
    for (size_t i = 0; i < entry->posting_count; i++) {
        const struct linked_posting *posting = &entry->postings[i];
        if (!id_equal(posting->account_id, account_id))
            continue;
        size_t place = stated->posting_count++;
        for (; place > 0 && stated->postings[place - 1].book > posting->book; place--)
            stated->postings[place] = stated->postings[place - 1];
        stated->postings[place].book = posting->book;
        stated->postings[place].amount_micros = posting->amount_micros;
        stated->postings[place].balance_micros = posting->balance_micros;
    }
    return stated->posting_count > 0 || id_equal(stated->account_id, account_id);
}

/* ---- accounts ---- */

enum failure anchor_store_read_accounts(struct reader reader, struct id company_id, int64_t number,
                                        struct anchored_account **accounts, size_t *count)
{
    struct rows rows;
    const struct ledger_list_anchored_accounts in = {.company_id = company_id, .number = number};
    enum failure failure = ledger_list_anchored_accounts_alone(reader, &in, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *accounts = arena_try_alloc_array(reader_arena(reader), rows.count + 1, sizeof **accounts);
    *count = rows.count;
    for (size_t i = 0; *accounts != NULL && i < rows.count; i++) {
        struct ledger_list_anchored_accounts_row row = ledger_list_anchored_accounts_row(&rows, i);
        struct anchored_account *account = &(*accounts)[i];
        *account = (struct anchored_account){.account_id = row.account_id,
                                             .state.entries = row.entries,
                                             .is_known = row.has_entries};
        if (row.has_entries && !take_hash(row.hash, &account->state.hash))
            return FAILURE_INTERNAL;
    }
    return *accounts != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

/* ---- anchors ---- */

static enum failure put_states(struct arena *arena, const struct anchored_account *accounts,
                               size_t count, struct ledger_keep_anchor *in)
{
    struct columns columns;
    size_t changed = 0, row = 0;
    for (size_t i = 0; i < count; i++)
        changed += accounts[i].is_changed;
    enum failure failure = columns_init(&columns, arena, changed, 2, 1);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = columns_ids(&columns);
    struct bytes *hashes = columns_bytes(&columns);
    int64_t *entries = columns_int64s(&columns);
    for (size_t i = 0; i < count; i++) {
        if (!accounts[i].is_changed)
            continue;
        ids[row] = accounts[i].account_id;
        hashes[row] = (struct bytes){accounts[i].state.hash.bytes, MERKLE_HASH_SIZE};
        entries[row++] = accounts[i].state.entries;
    }
    in->state_account_ids = id_array(ids, changed);
    in->state_hashes = bytes_array(hashes, changed);
    in->state_entries = int64_array(entries, changed);
    return FAILURE_NONE;
}

enum failure anchor_store_keep(struct reader reader, const struct signed_anchor *signed_anchor,
                               const struct anchored_account *accounts, size_t count)
{
    const struct anchor *anchor = &signed_anchor->anchor;
    struct merkle_hash hash = anchor_hash(anchor);
    struct ledger_keep_anchor in = {
        .company_id = anchor->company_id,
        .number = anchor->number,
        .period_us = anchor->period_us,
        .first_sequence = anchor->first_sequence,
        .last_sequence = anchor->last_sequence,
        .entries_root = {anchor->entries_root.bytes, MERKLE_HASH_SIZE},
        .account_count = anchor->account_count,
        .accounts_root = {anchor->accounts_root.bytes, MERKLE_HASH_SIZE},
        .previous = {anchor->previous.bytes, MERKLE_HASH_SIZE},
        .hash = {hash.bytes, MERKLE_HASH_SIZE},
        .public_key = {signed_anchor->public_key, SIGNATURE_KEY_SIZE},
        .signature = {signed_anchor->signature, SIGNATURE_SIZE}};
    enum failure failure = put_states(reader_arena(reader), accounts, count, &in);
    return failure == FAILURE_NONE ? ledger_keep_anchor_alone(reader, &in, NULL) : failure;
}

static bool take_anchor(const struct ledger_list_anchors_row *row, struct id company_id,
                        struct signed_anchor *taken)
{
    *taken = (struct signed_anchor){.anchor = {.company_id = company_id,
                                               .number = row->number,
                                               .period_us = row->period_us,
                                               .first_sequence = row->first_sequence,
                                               .last_sequence = row->last_sequence,
                                               .account_count = row->account_count}};
    if (row->public_key.size != SIGNATURE_KEY_SIZE || row->signature.size != SIGNATURE_SIZE)
        return false;
    memcpy(taken->public_key, row->public_key.data, SIGNATURE_KEY_SIZE);
    memcpy(taken->signature, row->signature.data, SIGNATURE_SIZE);
    return take_hash(row->entries_root, &taken->anchor.entries_root) &&
           take_hash(row->accounts_root, &taken->anchor.accounts_root) &&
           take_hash(row->previous, &taken->anchor.previous);
}

enum failure anchor_store_list(struct reader reader, const struct asked_anchors *asked,
                               struct signed_anchor **anchors, size_t *count)
{
    struct rows rows;
    const struct ledger_list_anchors in = {.company_id = asked->company_id,
                                           .start_us = asked->start_us,
                                           .end_us = asked->end_us,
                                           .limit = (int64_t)asked->limit};
    enum failure failure = ledger_list_anchors_alone(reader, &in, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *anchors = arena_try_alloc_array(reader_arena(reader), rows.count + 1, sizeof **anchors);
    *count = rows.count;
    if (*anchors == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_list_anchors_row row = ledger_list_anchors_row(&rows, i);
        if (!take_anchor(&row, asked->company_id, &(*anchors)[i]))
            return FAILURE_INTERNAL;
    }
    return FAILURE_NONE;
}

enum failure anchor_store_has_any(struct reader reader, bool *has_any)
{
    struct rows rows;
    enum failure failure = ledger_find_any_anchor_alone(reader, &rows);
    *has_any = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure anchor_store_list_keys(struct reader reader, struct id company_id, struct rows *rows)
{
    return ledger_list_anchor_keys_alone(
        reader, &(struct ledger_list_anchor_keys){.company_id = company_id}, rows);
}
