#include <assert.h>

#include "ledger/store/facts_keeping.h"
#include "ledger/store/queries.h"

#define BATCH_PARAMS 69

/* The parameters of keep_batch.sql, in its order; each put_… adds the columns of one table. */
struct batch_params {
    const struct facts *facts;
    struct arena *arena;
    struct columns columns;
    struct param params[BATCH_PARAMS];
    size_t count;
    enum failure failure;
};

static bool begin(struct batch_params *rows, size_t count, size_t wide, size_t narrow)
{
    if (rows->failure == FAILURE_NONE)
        rows->failure = columns_init(&rows->columns, rows->arena, count, wide, narrow);
    return rows->failure == FAILURE_NONE;
}

static void put(struct batch_params *rows, const struct param *params, size_t count)
{
    assert(rows->count + count <= BATCH_PARAMS);
    for (size_t i = 0; i < count; i++)
        rows->params[rows->count++] = params[i];
}

static void put_chains(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = facts->chain_count;
    if (!begin(rows, count, 4, 2))
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
    put(rows, PARAMS(param_id_array(companies, count), param_int64_array(lengths, count),
                     param_time_array(recorded, count), param_bytes_array(hashes, count),
                     param_id_array(found, count), param_id_array(revisions, count),
                     param_time(facts->now_us)));
}

static void put_requests(struct batch_params *rows, const struct kept_request *requests,
                         size_t count)
{
    struct columns *columns = &rows->columns;
    if (!begin(rows, count, 4, 1))
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
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(ids, count),
                     param_bytes_array(hashes, count), param_int64_array(codes, count),
                     param_bytes_array(answers, count)));
}

static void put_origins(struct batch_params *rows, const struct kept_request *requests,
                        size_t count)
{
    struct columns *columns = &rows->columns;
    if (!begin(rows, count, 1, 1))
        return;
    struct id *origins = columns_ids(columns);
    bool *steps = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        origins[i] = requests[i].origin.id;
        steps[i] = requests[i].origin.is_step;
    }
    put(rows, PARAMS(param_id_array(origins, count), param_bool_array(steps, count)));
}

static void put_entries(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = facts->entry_count;
    if (!begin(rows, count, 5, 10))
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
    struct param counterparty = param_id_array(counterparties, count),
                 reference = param_id_array(references, count);
    counterparty.nulls = no_counterparty;
    reference.nulls = no_reference;
    put(rows, PARAMS(param_id_array(companies, count), param_int64_array(sequences, count),
                     param_int64_array(kinds, count), param_id_array(accounts, count), counterparty,
                     param_int64_array(amounts, count), param_text_array(currencies, count),
                     param_text_array(remarks, count), param_text_array(tags, count), reference,
                     param_time_array(effective, count), param_time_array(recorded, count),
                     param_bytes_array(hashes, count)));
}

static void put_postings(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += facts->entries[i].posting_count;
    if (!begin(rows, count, 2, 4))
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
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                     param_int64_array(books, count), param_int64_array(sequences, count),
                     param_int64_array(amounts, count), param_int64_array(balances, count)));
}

static void put_accounts(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->account_count; i++)
        count += facts->accounts[i].changed;
    if (!begin(rows, count, 2, 18))
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
    struct param due_times = param_time_array(due, count),
                 confirmed_times = param_time_array(confirmed, count);
    due_times.nulls = no_due;
    confirmed_times.nulls = not_confirmed;
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                     param_int64_array(books[0], count), param_int64_array(books[1], count),
                     param_int64_array(books[2], count), param_int64_array(books[3], count),
                     param_int64_array(books[4], count), param_int64_array(books[5], count),
                     param_int64_array(books[6], count), param_int64_array(books[7], count),
                     param_int64_array(frozen, count), due_times,
                     param_bool_array(suspended, count), param_int64_array(versions, count),
                     param_int64_array(lot_firsts, count), param_int64_array(contracts, count),
                     param_int64_array(limits, count), confirmed_times));
}

static void put_new_lots(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += facts->lots[i].is_new;
    if (!begin(rows, count, 3, 5))
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
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                     param_int64_array(sequences, count), param_id_array(sources, count),
                     param_int64_array(granted, count), param_int64_array(spent, count),
                     param_int64_array(revoked, count), param_time_array(times, count)));
}

static bool lot_was_changed(const struct lot *lot)
{
    return lot->changed && !lot->is_new;
}

static void put_changed_lots(struct batch_params *rows)
{
    const struct facts *facts = rows->facts;
    struct columns *columns = &rows->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += lot_was_changed(&facts->lots[i]);
    if (!begin(rows, count, 2, 4))
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
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(accounts, count),
                     param_int64_array(sequences, count), param_int64_array(granted, count),
                     param_int64_array(spent, count), param_int64_array(revoked, count)));
}

static void put_events(struct batch_params *rows, const struct kept_event *events, size_t count)
{
    struct columns *columns = &rows->columns;
    if (!begin(rows, count, 3, 1))
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
    put(rows, PARAMS(param_id_array(companies, count), param_id_array(ids, count),
                     param_text_array(types, count), param_bytes_array(payloads, count)));
}

static enum failure put_batch(struct batch_params *rows, const struct kept *kept)
{
    put_chains(rows);
    put_requests(rows, kept->requests, kept->request_count);
    put_origins(rows, kept->requests, kept->request_count);
    put_entries(rows);
    put_postings(rows);
    put_accounts(rows);
    put_new_lots(rows);
    put_changed_lots(rows);
    put_events(rows, kept->events, kept->event_count);
    assert(rows->failure != FAILURE_NONE || rows->count == BATCH_PARAMS);
    return rows->failure;
}

bool facts_store_keeps_in_one(const struct facts *facts)
{
    return !facts_have_rare(facts);
}

enum failure facts_store_keep_in_lane(struct reader reader, size_t lane, const struct facts *facts,
                                      const struct kept *kept)
{
    struct batch_params rows = {.facts = facts, .arena = reader_arena(reader)};
    enum failure failure = put_batch(&rows, kept);
    return failure != FAILURE_NONE ? failure
                                   : database_query_in_lane(reader, lane, &ledger_query_keep_batch,
                                                            rows.params, rows.count);
}

enum failure facts_store_keep(struct transaction *transaction, const struct facts *facts,
                              const struct kept *kept)
{
    struct keeping keeping = {.pipeline = {.transaction = transaction}, .facts = facts};
    struct batch_params rows = {.facts = facts, .arena = transaction_arena(transaction)};
    enum failure failure = put_batch(&rows, kept);
    if (failure != FAILURE_NONE)
        return failure;
    pipeline_send_silently(&keeping.pipeline, &ledger_query_keep_batch, rows.params,
                           rows.count); /* first: it is the fence */
    facts_keep_rare(&keeping);
    return keeping.pipeline.failure;
}
