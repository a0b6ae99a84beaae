#include "ledger/store/columns.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/pipeline.h"
#include "ledger/store/queries.h"
#include "ledger/store/quota_store.h"

/* Each keep_… sends one statement, or none when nothing is to be kept. Nobody waits for its answer before the COMMIT. */
struct keeping {
    struct pipeline pipeline;
    const struct facts *facts;
    struct columns columns;
};

static bool begin_columns(struct keeping *keeping, size_t count, size_t wide, size_t narrow)
{
    if (count == 0 || keeping->pipeline.failure != FAILURE_NONE)
        return false;
    keeping->pipeline.failure = columns_init(&keeping->columns, task_arena(keeping->pipeline.task), count, wide, narrow);
    return keeping->pipeline.failure == FAILURE_NONE;
}

static void keep_rows(struct keeping *keeping, const struct query *query, const struct param *params, size_t param_count)
{
    pipeline_send_silently(&keeping->pipeline, query, params, param_count);
}

static void keep_entries(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = facts->entry_count;
    if (!begin_columns(keeping, count, 5, 10))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns), *counterparties = columns_ids(columns),
        *references = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns);
    int64_t *sequences = columns_int64s(columns), *kinds = columns_int64s(columns), *amounts = columns_int64s(columns);
    int64_t *effective = columns_int64s(columns), *recorded = columns_int64s(columns);
    const char **currencies = columns_texts(columns), **remarks = columns_texts(columns), **tags = columns_texts(columns);
    bool *no_counterparty = columns_bools(columns), *no_reference = columns_bools(columns);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &facts->entries[i];
        const struct order *order = entry->order;
        companies[i] = entry->chain->company_id;
        accounts[i] = entry->account->id;
        counterparties[i] = entry_counterparty_id(entry);
        no_counterparty[i] = id_is_nil(counterparties[i]);
        references[i] = order->kind == ORDER_TOP_UP ? order->top_up_id : order->reference_id;
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
    struct param counterparty = param_id_array(counterparties, count), reference = param_id_array(references, count);
    counterparty.nulls = no_counterparty;
    reference.nulls = no_reference;
    keep_rows(keeping, &ledger_query_append_entries,
              PARAMS(param_id_array(companies, count), param_int64_array(sequences, count), param_int64_array(kinds, count),
                     param_id_array(accounts, count),
                     counterparty, param_int64_array(amounts, count), param_text_array(currencies, count), param_text_array(remarks,
                         count),
                     param_text_array(tags, count), reference, param_time_array(effective, count), param_time_array(recorded, count),
                     param_bytes_array(hashes, count)));
}

static void keep_postings(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += facts->entries[i].posting_count;
    if (!begin_columns(keeping, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *books = columns_int64s(columns), *sequences = columns_int64s(columns), *amounts = columns_int64s(columns),
        *balances = columns_int64s(columns);
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
    keep_rows(keeping, &ledger_query_append_postings,
              PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_int64_array(books, count),
                     param_int64_array(sequences, count), param_int64_array(amounts, count), param_int64_array(balances, count)));
}

static void keep_accounts(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->account_count; i++)
        count += facts->accounts[i].changed;
    if (!begin_columns(keeping, count, 2, 18))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *books[BOOK_COUNT];
    for (size_t book = 0; book < BOOK_COUNT; book++)
        books[book] = columns_int64s(columns);
    int64_t *frozen = columns_int64s(columns), *due = columns_int64s(columns), *versions = columns_int64s(columns),
        *lot_firsts = columns_int64s(columns);
    int64_t *contracts = columns_int64s(columns), *limits = columns_int64s(columns), *confirmed = columns_int64s(columns);
    bool *suspended = columns_bools(columns), *no_due = columns_bools(columns), *not_confirmed = columns_bools(columns);
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
    struct param due_times = param_time_array(due, count), confirmed_times = param_time_array(confirmed, count);
    due_times.nulls = no_due;
    confirmed_times.nulls = not_confirmed;
    keep_rows(keeping, &ledger_query_update_accounts,
              PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_int64_array(books[0], count),
                     param_int64_array(books[1], count),
                     param_int64_array(books[2], count), param_int64_array(books[3], count), param_int64_array(books[4], count),
                     param_int64_array(books[5], count), param_int64_array(books[6], count), param_int64_array(books[7], count),
                     param_int64_array(frozen, count), due_times, param_bool_array(suspended, count), param_int64_array(versions,
                         count),
                     param_int64_array(lot_firsts, count), param_int64_array(contracts, count), param_int64_array(limits,
                         count), confirmed_times));
}

static void keep_new_lots(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += facts->lots[i].is_new;
    if (!begin_columns(keeping, count, 3, 5))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns), *sources = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *granted = columns_int64s(columns), *spent = columns_int64s(columns),
        *revoked = columns_int64s(columns);
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
    keep_rows(keeping, &ledger_query_append_lots,
              PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_int64_array(sequences, count),
                     param_id_array(sources, count),
                     param_int64_array(granted, count), param_int64_array(spent, count), param_int64_array(revoked,
                         count), param_time_array(times, count)));
}

static bool lot_was_changed(const struct lot *lot)
{
    return lot->changed && !lot->is_new;
}

static void keep_changed_lots(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += lot_was_changed(&facts->lots[i]);
    if (!begin_columns(keeping, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *granted = columns_int64s(columns), *spent = columns_int64s(columns),
        *revoked = columns_int64s(columns);
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
    keep_rows(keeping, &ledger_query_update_lots,
              PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_int64_array(sequences, count),
                     param_int64_array(granted, count), param_int64_array(spent, count), param_int64_array(revoked, count)));
}

/* New bills and changed ones differ in the statement only. */
static void keep_bills(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->bill_count; i++)
        count += facts->bills[i].is_new == new_ones && (new_ones || facts->bills[i].changed);
    if (!begin_columns(keeping, count, 2, 4))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *due = columns_int64s(columns), *sequences = columns_int64s(columns), *owed = columns_int64s(columns),
        *paid = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->bill_count; i++) {
        const struct bill *bill = &facts->bills[i];
        if (bill->is_new != new_ones || !(new_ones || bill->changed))
            continue;
        companies[row] = bill->account->company_id;
        accounts[row] = bill->account->id;
        due[row] = bill->due_us;
        sequences[row] = bill->sequence;
        owed[row] = bill->owed_micros;
        paid[row++] = bill->paid_micros;
    }
    if (new_ones)
        keep_rows(keeping, &ledger_query_append_bills,
                  PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_time_array(due, count),
                         param_int64_array(sequences, count), param_int64_array(owed, count), param_int64_array(paid, count)));
    else
        keep_rows(keeping, &ledger_query_update_bills,
                  PARAMS(param_id_array(companies, count), param_id_array(accounts, count), param_time_array(due, count),
                         param_int64_array(sequences, count), param_int64_array(paid, count)));
}

static void keep_holds(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->hold_count; i++)
        count += facts->holds[i].is_new == new_ones && (new_ones || facts->holds[i].changed);
    if (!begin_columns(keeping, count, 2, 6))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *states = columns_int64s(columns), *amounts = columns_int64s(columns),
        *captured = columns_int64s(columns);
    int64_t *expire = columns_int64s(columns), *placed = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->hold_count; i++) {
        const struct hold *hold = &facts->holds[i];
        if (hold->is_new != new_ones || !(new_ones || hold->changed))
            continue;
        companies[row] = hold->account->company_id;
        accounts[row] = hold->account->id;
        sequences[row] = hold->sequence;
        states[row] = hold->state;
        amounts[row] = hold->amount_micros;
        captured[row] = hold->captured_micros;
        expire[row] = hold->expire_us;
        placed[row++] = hold->placed_us;
    }
    if (new_ones)
        keep_rows(keeping, &ledger_query_append_holds,
                  PARAMS(param_id_array(companies, count), param_int64_array(sequences, count), param_id_array(accounts, count),
                         param_int64_array(states, count),
                         param_int64_array(amounts, count), param_int64_array(captured, count), param_time_array(expire,
                             count), param_time_array(placed, count)));
    else
        keep_rows(keeping, &ledger_query_update_holds,
                  PARAMS(param_id_array(companies, count), param_int64_array(sequences, count), param_int64_array(states, count),
                         param_int64_array(captured, count)));
}

struct payment_columns {
    int64_t *transferred_in, *own, *refund_credit, *credit;
};

static struct payment_columns take_payment_columns(struct columns *columns)
{
    return (struct payment_columns){columns_int64s(columns), columns_int64s(columns), columns_int64s(columns), columns_int64s(columns)};
}

static void put_payment(struct payment_columns *to, size_t row, const struct payment *payment)
{
    to->transferred_in[row] = payment->transferred_in_micros;
    to->own[row] = payment->own_micros;
    to->refund_credit[row] = payment->refund_credit_micros;
    to->credit[row] = payment->credit_micros;
}

#define PAYMENT_PARAMS(payment, count)                                                                        \
    param_int64_array((payment).transferred_in, (count)), param_int64_array((payment).own, (count)),          \
    param_int64_array((payment).refund_credit, (count)), param_int64_array((payment).credit, (count))

static void keep_purchases(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->purchase_count; i++)
        count += facts->purchases[i].is_new == new_ones && (new_ones || facts->purchases[i].changed);
    if (!begin_columns(keeping, count, 2, 11))
        return;
    struct id *companies = columns_ids(columns), *accounts = columns_ids(columns);
    int64_t *sequences = columns_int64s(columns), *amounts = columns_int64s(columns), *times = columns_int64s(columns);
    struct payment_columns paid = take_payment_columns(columns), refunded = take_payment_columns(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->purchase_count; i++) {
        const struct purchase *purchase = &facts->purchases[i];
        if (purchase->is_new != new_ones || !(new_ones || purchase->changed))
            continue;
        companies[row] = purchase->account->company_id;
        accounts[row] = purchase->account->id;
        sequences[row] = purchase->sequence;
        amounts[row] = purchase->amount_micros;
        times[row] = purchase->recorded_us;
        put_payment(&paid, row, &purchase->paid);
        put_payment(&refunded, row++, &purchase->refunded);
    }
    if (new_ones)
        keep_rows(keeping, &ledger_query_append_purchases,
                  PARAMS(param_id_array(companies, count), param_int64_array(sequences, count), param_id_array(accounts, count),
                         param_int64_array(amounts, count),
                         PAYMENT_PARAMS(paid, count), PAYMENT_PARAMS(refunded, count), param_time_array(times, count)));
    else
        keep_rows(keeping, &ledger_query_update_purchases,
                  PARAMS(param_id_array(companies, count), param_int64_array(sequences, count), PAYMENT_PARAMS(refunded, count)));
}

static void keep_purchase_lots(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->purchase_lot_count; i++)
        count += facts->purchase_lots[i].is_new == new_ones && (new_ones || facts->purchase_lots[i].changed);
    if (!begin_columns(keeping, count, 1, 4))
        return;
    struct id *companies = columns_ids(columns);
    int64_t *purchases = columns_int64s(columns), *lots = columns_int64s(columns), *paid = columns_int64s(columns),
        *refunded = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->purchase_lot_count; i++) {
        const struct purchase_lot *share = &facts->purchase_lots[i];
        if (share->is_new != new_ones || !(new_ones || share->changed))
            continue;
        companies[row] = share->purchase->account->company_id;
        purchases[row] = share->purchase->sequence;
        lots[row] = share->lot->sequence;
        paid[row] = share->paid_micros;
        refunded[row++] = share->refunded_micros;
    }
    if (new_ones)
        keep_rows(keeping, &ledger_query_append_purchase_lots,
                  PARAMS(param_id_array(companies, count), param_int64_array(purchases, count), param_int64_array(lots, count),
                         param_int64_array(paid, count),
                         param_int64_array(refunded, count)));
    else
        keep_rows(keeping, &ledger_query_update_purchase_lots,
                  PARAMS(param_id_array(companies, count), param_int64_array(purchases, count), param_int64_array(lots, count),
                         param_int64_array(refunded, count)));
}

static void keep_credit_lines(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = facts->credit_line_count; /* few, and all of them were asked for to be changed */
    if (!begin_columns(keeping, count, 1, 2))
        return;
    struct id *companies = columns_ids(columns);
    const char **currencies = columns_texts(columns);
    int64_t *allocated = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        companies[i] = facts->credit_lines[i].company_id;
        currencies[i] = facts->credit_lines[i].currency;
        allocated[i] = facts->credit_lines[i].allocated_micros;
    }
    keep_rows(keeping, &ledger_query_update_credit_lines,
              PARAMS(param_id_array(companies, count), param_text_array(currencies, count), param_int64_array(allocated, count)));
}

static void keep_chains(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = facts->chain_count;
    if (!begin_columns(keeping, count, 4, 2))
        return;
    struct id *companies = columns_ids(columns), *found = columns_ids(columns), *revisions = columns_ids(columns);
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
    keep_rows(keeping, &ledger_query_update_chains,
              PARAMS(param_id_array(companies, count), param_int64_array(lengths, count), param_time_array(recorded, count),
                     param_bytes_array(hashes, count), param_id_array(found, count), param_id_array(revisions, count)));
}

static void keep_events(struct keeping *keeping, const struct kept_event *events, size_t count)
{
    struct columns *columns = &keeping->columns;
    if (!begin_columns(keeping, count, 3, 1))
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
    keep_rows(keeping, &ledger_query_append_events,
              PARAMS(param_id_array(companies, count), param_id_array(ids, count), param_text_array(types, count),
                     param_bytes_array(payloads, count),
                     param_time(keeping->facts->now_us)));
}

static void keep_requests(struct keeping *keeping, const struct kept_request *requests, size_t count)
{
    struct columns *columns = &keeping->columns;
    if (!begin_columns(keeping, count, 4, 1))
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
    keep_rows(keeping, &ledger_query_keep_requests,
              PARAMS(param_id_array(companies, count), param_id_array(ids, count), param_bytes_array(hashes, count),
                     param_int64_array(codes, count),
                     param_bytes_array(answers, count), param_time(keeping->facts->now_us)));
}

enum failure facts_store_keep(struct task *task, struct transaction *transaction, const struct facts *facts,
                              const struct kept_request *requests, size_t request_count,
                              const struct kept_event *events, size_t event_count)
{
    struct keeping keeping = {.pipeline = {.task = task, .transaction = transaction}, .facts = facts};
    keep_chains(&keeping); /* first: the fence, and the lock of everything below */
    keep_requests(&keeping, requests, request_count);
    keep_entries(&keeping);
    keep_postings(&keeping);
    keep_accounts(&keeping);
    keep_new_lots(&keeping);
    keep_changed_lots(&keeping);
    for (int new_ones = 0; new_ones < 2; new_ones++) {
        keep_bills(&keeping, new_ones);
        keep_holds(&keeping, new_ones);
        keep_purchases(&keeping, new_ones);
        keep_purchase_lots(&keeping, new_ones);
    }
    quota_store_keep(&keeping.pipeline, facts);
    keep_credit_lines(&keeping);
    keep_events(&keeping, events, event_count);
    return keeping.pipeline.failure;
}
