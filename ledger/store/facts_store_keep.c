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

static void put_requests(struct kept_batch *batch, const struct kept_request *requests,
                         size_t count)
{
    struct columns *columns = &batch->columns;
    if (!begin(batch, count, 4, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns), *answers = columns_bytes(columns);
    int64_t *codes = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        companies[i] = requests[i].company_id;
        ids[i] = requests[i].request_id;
        hashes[i] = requests[i].body_hash;
        answers[i] = requests[i].answer;
        codes[i] = requests[i].code;
    }
    batch->in.request_company_ids = id_array(companies, count);
    batch->in.request_ids = id_array(ids, count);
    batch->in.request_body_hashes = bytes_array(hashes, count);
    batch->in.request_codes = int64_array(codes, count);
    batch->in.request_answers = bytes_array(answers, count);
}

static void put_origins(struct kept_batch *batch, const struct kept_request *requests, size_t count)
{
    struct columns *columns = &batch->columns;
    if (!begin(batch, count, 1, 1))
        return;
    struct id *origins = columns_ids(columns);
    bool *steps = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        origins[i] = requests[i].origin.id;
        steps[i] = requests[i].origin.is_step;
    }
    batch->in.request_origins = id_array(origins, count);
    batch->in.request_is_step = bool_array(steps, count);
}

static void put_entries(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->entry_count;
    if (!begin(batch, count, 5, 10))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns),
              *counterparties = columns_ids(columns), *references = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns);
    int64_t *sequences = columns_int64s(columns), *kinds = columns_int64s(columns),
            *amounts = columns_int64s(columns);
    int64_t *effective = columns_int64s(columns), *recorded = columns_int64s(columns);
    const char **currencies = columns_texts(columns), **remarks = columns_texts(columns),
               **tags = columns_texts(columns);
    bool *no_counterparty = columns_bools(columns), *no_reference = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        const struct order *order = entry->order;
        companies[i] = entry->chain->company_id;
        accounts[i] = entry->account->id;
        counterparties[i] = entry_counterparty_id(entry);
        no_counterparty[i] = id_is_nil(counterparties[i]);
        references[i] = order_reference(order);
        no_reference[i] = id_is_nil(references[i]);
        hashes[i] = (struct bytes){entry->hash, ENTRY_HASH_SIZE};
        sequences[i] = entry->sequence;
        kinds[i] = order->kind;
        amounts[i] = entry->amount_micros;
        effective[i] = entry->effective_us;
        recorded[i] = entry->recorded_us;
        currencies[i] = entry->account->currency;
        remarks[i] = order->remark;
        tags[i] = order->tag;
    }
    batch->in.entry_company_ids = id_array(companies, count);
    batch->in.entry_sequences = int64_array(sequences, count);
    batch->in.entry_kinds = int64_array(kinds, count);
    batch->in.entry_account_ids = id_array(accounts, count);
    batch->in.entry_counterparty_ids =
        (struct id_array){.items = counterparties, .count = count, .nulls = no_counterparty};
    batch->in.entry_amount_micros = int64_array(amounts, count);
    batch->in.entry_currencies = text_array(currencies, count);
    batch->in.entry_remarks = text_array(remarks, count);
    batch->in.entry_tags = text_array(tags, count);
    batch->in.entry_reference_ids =
        (struct id_array){.items = references, .count = count, .nulls = no_reference};
    batch->in.entry_effective_us = time_array(effective, count);
    batch->in.entry_recorded_us = time_array(recorded, count);
    batch->in.entry_hashes = bytes_array(hashes, count);
}

static void put_postings(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += facts->entries[i].posting_count;
    if (!begin(batch, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *books = columns_int64s(columns), *sequences = columns_int64s(columns),
            *amounts = columns_int64s(columns), *balances = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        for (size_t j = 0; j < facts->entries[i].posting_count; j++, row++) {
            const struct posting *posting = &facts->entries[i].postings[j];
            companies[row] = posting->account->company_id;
            accounts[row] = posting->account->id;
            books[row] = posting->book + 1; /* as on the wire, where 0 is unspecified */
            sequences[row] = facts->entries[i].sequence;
            amounts[row] = posting->amount_micros;
            balances[row] = posting->balance_micros;
        }
    batch->in.posting_company_ids = id_array(companies, count);
    batch->in.posting_account_ids = id_array(accounts, count);
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
    if (!begin(batch, count, 2, 18))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
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
        companies[row] = account->company_id;
        accounts[row] = account->id;
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
    batch->in.account_company_ids = id_array(companies, count);
    batch->in.account_ids = id_array(accounts, count);
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
    if (!begin(batch, count, 3, 5))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns),
              *sources = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *granted = columns_int64s(columns),
            *spent = columns_int64s(columns), *revoked = columns_int64s(columns);
    int64_t *times = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot->is_new)
            continue;
        companies[row] = lot->account->company_id;
        accounts[row] = lot->account->id;
        sources[row] = lot->source_id;
        sequences[row] = lot->sequence;
        granted[row] = lot->granted_micros;
        spent[row] = lot->spent_micros;
        revoked[row] = lot->revoked_micros;
        times[row++] = lot->granted_us;
    }
    batch->in.new_lot_company_ids = id_array(companies, count);
    batch->in.new_lot_account_ids = id_array(accounts, count);
    batch->in.new_lot_sequences = int64_array(sequences, count);
    batch->in.new_lot_source_account_ids = id_array(sources, count);
    batch->in.new_lot_granted_micros = int64_array(granted, count);
    batch->in.new_lot_spent_micros = int64_array(spent, count);
    batch->in.new_lot_revoked_micros = int64_array(revoked, count);
    batch->in.new_lot_granted_us = time_array(times, count);
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
    if (!begin(batch, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *granted = columns_int64s(columns),
            *spent = columns_int64s(columns), *revoked = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot_was_changed(lot))
            continue;
        companies[row] = lot->account->company_id;
        accounts[row] = lot->account->id;
        sequences[row] = lot->sequence;
        granted[row] = lot->granted_micros;
        spent[row] = lot->spent_micros;
        revoked[row++] = lot->revoked_micros;
    }
    batch->in.lot_company_ids = id_array(companies, count);
    batch->in.lot_account_ids = id_array(accounts, count);
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
    put_requests(batch, kept->requests, kept->request_count);
    put_origins(batch, kept->requests, kept->request_count);
    put_entries(batch);
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
