#include "ledger/store/facts_keeping.h"
#include "ledger/store/queries.h"

/* The parameters of keep_batch.sql; each put_… adds the columns of one table. */
struct kept_batch {
    const struct facts *facts;
    struct arena *arena;
    struct columns columns;
    struct ledger_keep_batch in;
    enum failure failure;
};

static bool begin(struct kept_batch *batch, size_t count, size_t wide, size_t narrow)
{
    if (batch->failure == FAILURE_NONE)
        batch->failure = columns_init(&batch->columns, batch->arena, count, wide, narrow);
    return batch->failure == FAILURE_NONE;
}

static void put_chains(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->chain_count;
    if (!begin(batch, count, 4, 2))
        return;
    struct id *companies = columns_ids(columns), *found = columns_ids(columns),
              *revisions = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns);
    int64_t *lengths = columns_int64s(columns), *recorded = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        const struct chain *chain = &facts->chains[i];
        companies[i] = chain->company_id;
        found[i] = chain->revision_found;
        revisions[i] = chain->revision;
        hashes[i] = (struct bytes){chain->hash, ENTRY_HASH_SIZE};
        lengths[i] = chain->length;
        recorded[i] = chain->recorded_us;
    }
    batch->in.chain_company_ids = id_array(companies, count);
    batch->in.chain_lengths = int64_array(lengths, count);
    batch->in.chain_recorded_us = time_array(recorded, count);
    batch->in.chain_hashes = bytes_array(hashes, count);
    batch->in.chain_revisions_found = id_array(found, count);
    batch->in.chain_revisions = id_array(revisions, count);
    batch->in.now_us = facts->now_us;
}

/* The names of all that is asked to be kept, whose ids must not be in use. */
static void put_asked(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->asked_count;
    if (!begin(batch, count, 3, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns),
              *origins = columns_ids(columns);
    bool *steps = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct order *order = kept->asked[i];
        companies[i] = order->company_id;
        ids[i] = order->request_id;
        origins[i] = order->origin.id;
        steps[i] = order->origin.is_step;
    }
    batch->in.asked_company_ids = id_array(companies, count);
    batch->in.asked_request_ids = id_array(ids, count);
    batch->in.asked_origins = id_array(origins, count);
    batch->in.asked_is_step = bool_array(steps, count);
}

static void put_refusals(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->refusal_count;
    if (!begin(batch, count, 6, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns),
              *origins = columns_ids(columns), *keys = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns), *answers = columns_bytes(columns);
    int64_t *codes = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        const struct kept_refusal *refusal = &kept->refusals[i];
        companies[i] = refusal->order->company_id;
        ids[i] = refusal->order->request_id;
        origins[i] = refusal->order->origin.id;
        keys[i] = refusal->order->request_key;
        hashes[i] = refusal->body_hash;
        answers[i] = refusal->answer;
        codes[i] = refusal->code;
    }
    batch->in.request_company_ids = id_array(companies, count);
    batch->in.request_ids = id_array(ids, count);
    batch->in.request_origins = id_array(origins, count);
    batch->in.request_keys = id_array(keys, count);
    batch->in.request_body_hashes = bytes_array(hashes, count);
    batch->in.request_answers = bytes_array(answers, count);
    batch->in.request_codes = int64_array(codes, count);
}

/* An array of ids of which some are nil, which is kept as NULL. */
static struct id_array nullable_ids(struct columns *columns, struct id *ids)
{
    bool *nulls = columns_bools(columns);
    for (size_t i = 0; i < columns->count; i++)
        nulls[i] = id_is_nil(ids[i]);
    return (struct id_array){.items = ids, .count = columns->count, .nulls = nulls};
}

static void put_entry_names(struct kept_batch *batch, const struct kept *kept)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!begin(batch, count, 7, 6))
        return;
    struct id *references = columns_ids(columns), *sub_accounts = columns_ids(columns),
              *keys = columns_ids(columns), *bodies = columns_ids(columns),
              *actors = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns), *outcomes = columns_bytes(columns);
    bool *no_outcome = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        references[i] = order_reference(entry->order);
        sub_accounts[i] = entry->sub_account_id;
        keys[i] = entry->order->request_key;
        bodies[i] = entry->order->body_key;
        actors[i] = entry->order->actor_id;
        hashes[i] = (struct bytes){entry->hash, ENTRY_HASH_SIZE};
        outcomes[i] = kept->outcomes[i];
        no_outcome[i] = kept->outcomes[i].data == NULL;
    }
    batch->in.entry_reference_ids = nullable_ids(columns, references);
    batch->in.entry_sub_account_ids = nullable_ids(columns, sub_accounts);
    batch->in.entry_request_keys = nullable_ids(columns, keys);
    batch->in.entry_body_keys = nullable_ids(columns, bodies);
    batch->in.entry_actor_ids = nullable_ids(columns, actors);
    batch->in.entry_hashes = bytes_array(hashes, count);
    batch->in.entry_outcomes =
        (struct bytes_array){.items = outcomes, .count = count, .nulls = no_outcome};
}

static void put_entry_terms(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!begin(batch, count, 0, 10))
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
    if (!begin(batch, count, 0, 8))
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
    if (count == 0 || !begin(batch, count, 0, 6))
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

static void put_accounts(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->account_count; i++)
        count += facts->accounts[i].changed;
    if (!begin(batch, count, 0, 19))
        return;
    int64_t *numbers = columns_int64s(columns);
    int64_t *books[BOOK_COUNT];
    for (size_t book = 0; book < BOOK_COUNT; book++)
        books[book] = columns_int64s(columns);
    int64_t *frozen = columns_int64s(columns), *due = columns_int64s(columns),
            *versions = columns_int64s(columns), *lot_firsts = columns_int64s(columns);
    int64_t *contracts = columns_int64s(columns), *limits = columns_int64s(columns),
            *confirmed = columns_int64s(columns);
    bool *suspended = columns_bools(columns), *no_due = columns_bools(columns),
         *not_confirmed = columns_bools(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->account_count; i++) {
        const struct account *account = &facts->accounts[i];
        if (!account->changed)
            continue;
        numbers[row] = account->number;
        for (size_t book = 0; book < BOOK_COUNT; book++)
            books[book][row] = account->books[book];
        frozen[row] = account->frozen_micros;
        due[row] = account->earliest_due_us;
        no_due[row] = account->earliest_due_us == 0;
        suspended[row] = account->suspended;
        versions[row] = account->version;
        lot_firsts[row] = account->lot_first;
        contracts[row] = account->contract_state;
        limits[row] = account->credit_limit_micros;
        confirmed[row] = account->confirmed_us;
        not_confirmed[row] = account->confirmed_us == 0;
        row++;
    }
    batch->in.account_numbers = int64_array(numbers, count);
    batch->in.own_micros = int64_array(books[BOOK_OWN], count);
    batch->in.transferred_in_micros = int64_array(books[BOOK_TRANSFERRED_IN], count);
    batch->in.refund_credit_micros = int64_array(books[BOOK_REFUND_CREDIT], count);
    batch->in.unbilled_micros = int64_array(books[BOOK_UNBILLED], count);
    batch->in.outstanding_micros = int64_array(books[BOOK_OUTSTANDING], count);
    batch->in.revenue_micros = int64_array(books[BOOK_REVENUE], count);
    batch->in.top_up_micros = int64_array(books[BOOK_TOP_UP], count);
    batch->in.adjustment_micros = int64_array(books[BOOK_ADJUSTMENT], count);
    batch->in.frozen_micros = int64_array(frozen, count);
    batch->in.earliest_due_us = (struct time_array){.items = due, .count = count, .nulls = no_due};
    batch->in.suspended = bool_array(suspended, count);
    batch->in.versions = int64_array(versions, count);
    batch->in.lot_firsts = int64_array(lot_firsts, count);
    batch->in.contract_states = int64_array(contracts, count);
    batch->in.credit_limit_micros = int64_array(limits, count);
    batch->in.confirmed_us =
        (struct time_array){.items = confirmed, .count = count, .nulls = not_confirmed};
}

static void put_new_lots(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += facts->lots[i].is_new;
    if (!begin(batch, count, 0, 6))
        return;
    int64_t *accounts = columns_int64s(columns), *sources = columns_int64s(columns),
            *sequences = columns_int64s(columns), *granted = columns_int64s(columns),
            *spent = columns_int64s(columns), *revoked = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot->is_new)
            continue;
        accounts[row] = lot->account->number;
        sources[row] = lot->source;
        sequences[row] = lot->sequence;
        granted[row] = lot->granted_micros;
        spent[row] = lot->spent_micros;
        revoked[row++] = lot->revoked_micros;
    }
    batch->in.new_lot_accounts = int64_array(accounts, count);
    batch->in.new_lot_sequences = int64_array(sequences, count);
    batch->in.new_lot_sources = int64_array(sources, count);
    batch->in.new_lot_granted_micros = int64_array(granted, count);
    batch->in.new_lot_spent_micros = int64_array(spent, count);
    batch->in.new_lot_revoked_micros = int64_array(revoked, count);
}

static bool lot_was_changed(const struct lot *lot)
{
    return lot->changed && !lot->is_new;
}

static void put_changed_lots(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += lot_was_changed(&facts->lots[i]);
    if (!begin(batch, count, 0, 5))
        return;
    int64_t *accounts = columns_int64s(columns), *sequences = columns_int64s(columns),
            *granted = columns_int64s(columns), *spent = columns_int64s(columns),
            *revoked = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot_was_changed(lot))
            continue;
        accounts[row] = lot->account->number;
        sequences[row] = lot->sequence;
        granted[row] = lot->granted_micros;
        spent[row] = lot->spent_micros;
        revoked[row++] = lot->revoked_micros;
    }
    batch->in.lot_accounts = int64_array(accounts, count);
    batch->in.lot_sequences = int64_array(sequences, count);
    batch->in.lot_granted_micros = int64_array(granted, count);
    batch->in.lot_spent_micros = int64_array(spent, count);
    batch->in.lot_revoked_micros = int64_array(revoked, count);
}

static void put_events(struct kept_batch *batch, const struct kept_event *events, size_t count)
{
    struct columns *columns = &batch->columns;
    if (!begin(batch, count, 3, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns);
    struct bytes *payloads = columns_bytes(columns);
    const char **types = columns_texts(columns);
    for (size_t i = 0; i < count; i++) {
        companies[i] = events[i].company_id;
        ids[i] = events[i].event_id;
        payloads[i] = events[i].payload;
        types[i] = events[i].type;
    }
    batch->in.event_company_ids = id_array(companies, count);
    batch->in.event_ids = id_array(ids, count);
    batch->in.event_types = text_array(types, count);
    batch->in.event_payloads = bytes_array(payloads, count);
}

static enum failure put_batch(struct kept_batch *batch, const struct kept *kept)
{
    put_chains(batch);
    put_asked(batch, kept);
    put_refusals(batch, kept);
    put_entry_names(batch, kept);
    put_entry_terms(batch);
    put_entry_legs(batch);
    put_postings(batch);
    put_accounts(batch);
    put_new_lots(batch);
    put_changed_lots(batch);
    put_events(batch, kept->events, kept->event_count);
    return batch->failure;
}

bool facts_store_keeps_in_one(const struct facts *facts)
{
    return !facts_have_rare(facts);
}

enum failure facts_store_keep_in_lane(struct reader reader, size_t lane, const struct facts *facts,
                                      const struct kept *kept)
{
    struct kept_batch batch = {.facts = facts, .arena = reader_arena(reader)};
    enum failure failure = put_batch(&batch, kept);
    return failure != FAILURE_NONE ? failure : ledger_keep_batch_in_lane(reader, lane, &batch.in);
}

enum failure facts_store_keep(struct transaction *transaction, const struct facts *facts,
                              const struct kept *kept)
{
    struct keeping keeping = {.pipeline = {.transaction = transaction}, .facts = facts};
    struct kept_batch batch = {.facts = facts, .arena = transaction_arena(transaction)};
    enum failure failure = put_batch(&batch, kept);
    if (failure != FAILURE_NONE)
        return failure;
    pipeline_note(&keeping.pipeline, ledger_keep_batch_send_silently(
                                         transaction, &batch.in)); /* first: it is the fence */
    facts_keep_rare(&keeping);
    return keeping.pipeline.failure;
}
