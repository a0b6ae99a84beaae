#include "ledger/store/facts_keeping.h"

static void put_chains(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = facts->chain_count;
    if (!kept_batch_begin(batch, count, 4, 2))
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
    if (!kept_batch_begin(batch, count, 3, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns),
              *origins = columns_ids(columns);
    bool *steps = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct order *order = kept->asked[i];
        companies[i] = order->scope_id;
        ids[i] = order->request_id;
        origins[i] = order->origin.id;
        steps[i] = order->origin.is_step;
    }
    batch->in.asked_company_ids = id_array(companies, count);
    batch->in.asked_request_ids = id_array(ids, count);
    batch->in.asked_origins = id_array(origins, count);
    batch->in.asked_is_step = bool_array(steps, count);
}

static void put_accounts(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->account_count; i++)
        count += facts->accounts[i].changed;
    if (!kept_batch_begin(batch, count, 0, 24))
        return;
    int64_t *numbers = columns_int64s(columns);
    int64_t *books[BOOK_COUNT];
    for (size_t book = 0; book < BOOK_COUNT; book++)
        books[book] = columns_int64s(columns);
    int64_t *frozen = columns_int64s(columns), *due = columns_int64s(columns),
            *versions = columns_int64s(columns), *lot_firsts = columns_int64s(columns);
    int64_t *contracts = columns_int64s(columns), *limits = columns_int64s(columns),
            *confirmed = columns_int64s(columns), *stops = columns_int64s(columns),
            *turns = columns_int64s(columns);
    bool *suspended = columns_bools(columns), *no_due = columns_bools(columns),
         *not_confirmed = columns_bools(columns), *no_stop = columns_bools(columns),
         *no_turn = columns_bools(columns);
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
        stops[row] = account->stop_due_us;
        no_stop[row] = account->stop_due_us == 0;
        turns[row] = account->turned_us;
        no_turn[row] = account->turned_us == 0;
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
    batch->in.clearing_micros = int64_array(books[BOOK_CLEARING], count);
    batch->in.frozen_micros = int64_array(frozen, count);
    batch->in.earliest_due_us = (struct time_array){.items = due, .count = count, .nulls = no_due};
    batch->in.suspended = bool_array(suspended, count);
    batch->in.stop_due_us = (struct time_array){.items = stops, .count = count, .nulls = no_stop};
    batch->in.turned_us = (struct time_array){.items = turns, .count = count, .nulls = no_turn};
    batch->in.versions = int64_array(versions, count);
    batch->in.lot_firsts = int64_array(lot_firsts, count);
    batch->in.contract_states = int64_array(contracts, count);
    batch->in.credit_limit_micros = int64_array(limits, count);
    batch->in.confirmed_us =
        (struct time_array){.items = confirmed, .count = count, .nulls = not_confirmed};
}

/* Others facts_keep_rare keeps. */
static bool lot_is_plain(const struct lot *lot)
{
    return lot->is_new && lot->kind == LOT_TRANSFER;
}

static void put_new_lots(struct kept_batch *batch)
{
    const struct facts *facts = batch->facts;
    struct columns *columns = &batch->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += lot_is_plain(&facts->lots[i]);
    if (!kept_batch_begin(batch, count, 0, 6))
        return;
    int64_t *accounts = columns_int64s(columns), *sources = columns_int64s(columns),
            *sequences = columns_int64s(columns), *granted = columns_int64s(columns),
            *spent = columns_int64s(columns), *revoked = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot_is_plain(lot))
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
    if (!kept_batch_begin(batch, count, 0, 5))
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
    if (!kept_batch_begin(batch, count, 3, 1))
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
    kept_batch_put_acts(batch, kept);
    kept_batch_put_entries(batch, kept);
    put_accounts(batch);
    put_new_lots(batch);
    put_changed_lots(batch);
    put_events(batch, kept->events, kept->event_count);
    batch->in.fence_place = kept->fence_place;
    batch->in.let_in = kept->let_in;
    return batch->failure;
}

bool facts_store_keeps_in_one(const struct facts *facts)
{
    return !facts_have_rare(facts);
}

/* Nothing but what keep_plain_batch.sql keeps. */
static bool is_plain(const struct ledger_keep_batch *in)
{
    return in->request_ids.count + in->posting_sequences.count + in->lot_sequences.count +
               in->event_ids.count + in->actor_references.count ==
           0;
}

enum failure facts_store_keep_in_lane(struct reader reader, size_t lane, const struct facts *facts,
                                      const struct kept *kept)
{
    struct kept_batch batch = {.facts = facts, .arena = reader_arena(reader)};
    enum failure failure = put_batch(&batch, kept);
    if (failure != FAILURE_NONE)
        return failure;
    return is_plain(&batch.in) ? ledger_keep_plain_batch_in_lane(reader, lane, &batch.in)
                               : ledger_keep_batch_in_lane(reader, lane, &batch.in);
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
