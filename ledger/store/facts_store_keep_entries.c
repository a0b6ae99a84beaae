#include <assert.h>

#include "ledger/store/facts_keeping.h"

static void put_entry_names(struct kept_batch *batch, const struct kept *kept)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!kept_batch_begin(batch, count, 8, 7))
        return;
    struct id *references = columns_ids(columns), *sub_accounts = columns_ids(columns),
              *keys = columns_ids(columns), *bodies = columns_ids(columns),
              *actors = columns_ids(columns), *actor_references = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns), *outcomes = columns_bytes(columns);
    bool *no_outcome = columns_bools(columns);
    const struct id nobody = {{0}};
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        references[i] = order_reference(entry->order);
        sub_accounts[i] = entry->sub_account_id;
        keys[i] = entry->order->request_key;
        bodies[i] = entry->order->body_key;
        actors[i] = entry->order->actor != NULL ? entry->order->actor->principal_id : nobody;
        actor_references[i] = order_actor_reference(entry->order);
        hashes[i] = (struct bytes){entry->hash, ENTRY_HASH_SIZE};
        outcomes[i] = kept->outcomes[i];
        no_outcome[i] = kept->outcomes[i].data == NULL;
    }
    batch->in.entry_reference_ids = columns_nullable_ids(columns, references);
    batch->in.entry_sub_account_ids = columns_nullable_ids(columns, sub_accounts);
    batch->in.entry_request_keys = columns_nullable_ids(columns, keys);
    batch->in.entry_body_keys = columns_nullable_ids(columns, bodies);
    batch->in.entry_actor_ids = columns_nullable_ids(columns, actors);
    batch->in.entry_actor_references = columns_nullable_ids(columns, actor_references);
    batch->in.entry_hashes = bytes_array(hashes, count);
    batch->in.entry_outcomes =
        (struct bytes_array){.items = outcomes, .count = count, .nulls = no_outcome};
}

static void put_entry_terms(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!kept_batch_begin(batch, count, 0, 10))
        return;
    int64_t *chains = columns_int64s(columns), *sequences = columns_int64s(columns),
            *kinds = columns_int64s(columns), *amounts = columns_int64s(columns),
            *effective = columns_int64s(columns), *recorded = columns_int64s(columns);
    const char **currencies = columns_texts(columns), **remarks = columns_texts(columns),
               **tags = columns_texts(columns);
    bool *as_recorded = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        chains[i] = entry->chain->number;
        sequences[i] = entry->sequence;
        kinds[i] = entry->order->kind;
        amounts[i] = entry->amount_micros;
        effective[i] = entry->effective_us;
        as_recorded[i] = entry->effective_us == entry->recorded_us;
        recorded[i] = entry->recorded_us;
        currencies[i] = entry->account->currency;
        remarks[i] = entry->order->remark;
        tags[i] = entry->order->tag;
    }
    batch->in.entry_chains = int64_array(chains, count);
    batch->in.entry_sequences = int64_array(sequences, count);
    batch->in.entry_kinds = int64_array(kinds, count);
    batch->in.entry_amount_micros = int64_array(amounts, count);
    batch->in.entry_currencies = text_array(currencies, count);
    batch->in.entry_remarks = text_array(remarks, count);
    batch->in.entry_tags = text_array(tags, count);
    batch->in.entry_effective_us =
        (struct time_array){.items = effective, .count = count, .nulls = as_recorded};
    batch->in.entry_recorded_us = time_array(recorded, count);
}

/* Books as on the wire, where 0 is unspecified: here it says that there are no postings, and
 * MANY_LEGS that there are more than an entry has room for. */
#define MANY_LEGS (-1)
static int64_t book_number(const struct posting *posting)
{
    return posting->book + 1;
}

static bool has_two_legs(const struct entry *entry)
{
    return entry->posting_count == 2;
}

/* The acting account's leg is the first, of two of it that of the lower book; postings are in the
 * order of (account id, book). */
static size_t first_leg(const struct entry *entry)
{
    return entry->postings[0].account == entry->account ? 0 : 1;
}

static void put_entry_legs(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!kept_batch_begin(batch, count, 0, 8))
        return;
    int64_t *accounts = columns_int64s(columns), *books = columns_int64s(columns),
            *changes = columns_int64s(columns), *balances = columns_int64s(columns);
    int64_t *others = columns_int64s(columns), *other_books = columns_int64s(columns),
            *other_balances = columns_int64s(columns);
    bool *no_other = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        accounts[i] = entry->account->number;
        no_other[i] = !has_two_legs(entry);
        if (no_other[i]) {
            books[i] = entry->posting_count == 0 ? 0 : MANY_LEGS;
            changes[i] = balances[i] = 0;
            continue;
        }
        const struct posting *leg = &entry->postings[first_leg(entry)],
                             *other = &entry->postings[1 - first_leg(entry)];
        books[i] = book_number(leg);
        changes[i] = leg->amount_micros;
        balances[i] = leg->balance_micros;
        others[i] = other->account->number;
        other_books[i] = book_number(other);
        other_balances[i] = other->balance_micros;
    }
    batch->in.entry_accounts = int64_array(accounts, count);
    batch->in.entry_books = int64_array(books, count);
    batch->in.entry_change_micros = int64_array(changes, count);
    batch->in.entry_balance_micros = int64_array(balances, count);
    batch->in.entry_other_accounts =
        (struct int64_array){.items = others, .count = count, .nulls = no_other};
    batch->in.entry_other_books =
        (struct int64_array){.items = other_books, .count = count, .nulls = no_other};
    batch->in.entry_other_balance_micros =
        (struct int64_array){.items = other_balances, .count = count, .nulls = no_other};
}

static void put_postings(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += has_two_legs(&facts->entries[i]) ? 0 : facts->entries[i].posting_count;
    if (count == 0 || !kept_batch_begin(batch, count, 0, 6))
        return;
    int64_t *chains = columns_int64s(columns), *accounts = columns_int64s(columns),
            *books = columns_int64s(columns), *sequences = columns_int64s(columns),
            *amounts = columns_int64s(columns), *balances = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->entry_count; i++) {
        const struct entry *entry = &facts->entries[i];
        for (size_t j = 0; !has_two_legs(entry) && j < entry->posting_count; j++, row++) {
            const struct posting *posting = &entry->postings[j];
            chains[row] = entry->chain->number;
            accounts[row] = posting->account->number;
            books[row] = book_number(posting);
            sequences[row] = entry->sequence;
            amounts[row] = posting->amount_micros;
            balances[row] = posting->balance_micros;
        }
    }
    batch->in.posting_chains = int64_array(chains, count);
    batch->in.posting_accounts = int64_array(accounts, count);
    batch->in.posting_books = int64_array(books, count);
    batch->in.posting_sequences = int64_array(sequences, count);
    batch->in.posting_amount_micros = int64_array(amounts, count);
    batch->in.posting_balance_micros = int64_array(balances, count);
}

void kept_batch_put_entries(struct kept_batch *batch, const struct kept *kept)
{
    put_entry_names(batch, kept);
    put_entry_terms(batch);
    put_entry_legs(batch);
    put_postings(batch);
}
