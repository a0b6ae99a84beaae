#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/store/columns.h"
#include "ledger/store/facts_keys.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/pipeline.h"
#include "ledger/store/queries.h"
#include "ledger/store/quota_store.h"

/* The answers of the one round trip, in the order of the questions. */
struct answers {
    struct rows accounts, lines, chains, requests, spendable, last, source, bills, holds, expired,
        purchases, purchase_lots;
    struct quota_answers quotas;
};

#define PAIRS(pairs)                                  \
    param_id_array((pairs).companies, (pairs).count), \
        param_id_array((pairs).accounts, (pairs).count)

static void ask_for_lines(struct pipeline *pipeline, const struct keys *keys,
                          const struct facts_reading *reading)
{
    const struct param lines[] = {param_id_array(keys->line_companies, keys->line_count),
                                  param_text_array(keys->line_currencies, keys->line_count),
                                  param_int64(reading->credit_line_default_micros)};
    if (reading->lock)
        pipeline_send_silently(pipeline, &ledger_query_open_credit_lines, lines, 3);
    pipeline_send(pipeline, &ledger_query_read_credit_lines, lines, 2);
}

static void ask_for_lots(struct pipeline *pipeline, const struct keys *keys)
{
    if (keys->spenders.count > 0)
        pipeline_send(pipeline, &ledger_query_read_spendable_lots,
                      PARAMS(PAIRS(keys->spenders), param_int64(ORDER_LOTS_MAX + 1)));
    if (keys->receivers.count > 0)
        pipeline_send(pipeline, &ledger_query_read_last_lots, PARAMS(PAIRS(keys->receivers)));
    if (keys->revoke_count > 0)
        pipeline_send(pipeline, &ledger_query_read_source_lots,
                      PARAMS(param_id_array(keys->revoke_companies, keys->revoke_count),
                             param_id_array(keys->revoke_accounts, keys->revoke_count),
                             param_id_array(keys->revoke_sources, keys->revoke_count),
                             param_int64(ORDER_LOTS_MAX + 1)));
}

static void ask_for_purchases(struct pipeline *pipeline, const struct keys *keys)
{
    const struct param wanted[] = {param_id_array(keys->purchase_companies, keys->purchase_count),
                                   param_int64_array(keys->purchases, keys->purchase_count)};
    pipeline_send(pipeline, &ledger_query_read_purchases, wanted, 2);
    pipeline_send(pipeline, &ledger_query_read_purchase_lots, wanted, 2);
}

/* The chains' lock comes first, in a statement of its own: what is read after it sees all that
 * committed while it was waited for. */
static void ask(struct pipeline *pipeline, const struct keys *keys,
                const struct facts_reading *reading)
{
    pipeline_send(pipeline, reading->lock ? &ledger_query_lock_chains : &ledger_query_read_chains,
                  PARAMS(param_id_array(keys->companies, keys->company_count)));
    if (keys->accounts.count > 0)
        pipeline_send(pipeline, &ledger_query_read_accounts, PARAMS(PAIRS(keys->accounts)));
    if (keys->line_count > 0)
        ask_for_lines(pipeline, keys, reading);
    if (keys->request_count > 0)
        pipeline_send(pipeline, &ledger_query_find_requests,
                      PARAMS(param_id_array(keys->request_companies, keys->request_count),
                             param_id_array(keys->requests, keys->request_count),
                             param_id_array(keys->request_origins, keys->request_count),
                             param_bool_array(keys->request_steps, keys->request_count)));
    ask_for_lots(pipeline, keys);
    if (keys->payers.count > 0)
        pipeline_send(pipeline, &ledger_query_read_bills,
                      PARAMS(PAIRS(keys->payers), param_int64(ORDER_BILLS_MAX + 1)));
    if (keys->hold_count > 0)
        pipeline_send(pipeline, &ledger_query_read_holds,
                      PARAMS(param_id_array(keys->hold_companies, keys->hold_count),
                             param_int64_array(keys->holds, keys->hold_count)));
    if (keys->expiring.count > 0)
        pipeline_send(pipeline, &ledger_query_read_expired_holds,
                      PARAMS(PAIRS(keys->expiring), param_time(reading->now_us),
                             param_int64(ORDER_LOTS_MAX)));
    if (keys->purchase_count > 0)
        ask_for_purchases(pipeline, keys);
    quota_store_ask(pipeline, keys);
}

static void hear_if(bool asked, struct pipeline *pipeline, struct rows *rows)
{
    if (asked)
        pipeline_receive(pipeline, rows);
}

static void hear(struct pipeline *pipeline, const struct keys *keys, struct answers *answers)
{
    pipeline_receive(pipeline, &answers->chains);
    hear_if(keys->accounts.count > 0, pipeline, &answers->accounts);
    hear_if(keys->line_count > 0, pipeline, &answers->lines);
    hear_if(keys->request_count > 0, pipeline, &answers->requests);
    hear_if(keys->spenders.count > 0, pipeline, &answers->spendable);
    hear_if(keys->receivers.count > 0, pipeline, &answers->last);
    hear_if(keys->revoke_count > 0, pipeline, &answers->source);
    hear_if(keys->payers.count > 0, pipeline, &answers->bills);
    hear_if(keys->hold_count > 0, pipeline, &answers->holds);
    hear_if(keys->expiring.count > 0, pipeline, &answers->expired);
    hear_if(keys->purchase_count > 0, pipeline, &answers->purchases);
    hear_if(keys->purchase_count > 0, pipeline, &answers->purchase_lots);
    quota_store_hear(pipeline, keys, &answers->quotas);
}

static void copy_currency(char currency[4], const char *text)
{
    assert(strlen(text) < 4);
    memcpy(currency, text, strlen(text) + 1);
}

void facts_store_account_from_row(const struct rows *rows, size_t row, struct account *account)
{
    *account = (struct account){.company_id = row_id(rows, row, 0),
                                .id = row_id(rows, row, 1),
                                .corporate = row_bool(rows, row, 2),
                                .company_verified = row_bool(rows, row, 3),
                                .state = (enum account_state)row_int64(rows, row, 5),
                                .payment_mode = (enum payment_mode)row_int64(rows, row, 6),
                                .buffer_micros = row_int64(rows, row, 7),
                                .pay_on_behalf = row_bool(rows, row, 8),
                                .receivables = row_bool(rows, row, 9),
                                .override_until_us = row_time_us(rows, row, 10),
                                .contract_state = (enum contract_state)row_int64(rows, row, 11),
                                .credit_limit_micros = row_int64(rows, row, 12),
                                .confirmed_us = row_time_us(rows, row, 13),
                                .frozen_micros = row_int64(rows, row, 22),
                                .earliest_due_us = row_time_us(rows, row, 23),
                                .suspended = row_bool(rows, row, 24),
                                .version = row_int64(rows, row, 25),
                                .lot_first = row_int64(rows, row, 26),
                                .opened_us = row_time_us(rows, row, 27),
                                .lots_horizon = -1};
    copy_currency(account->currency, row_text(rows, row, 4));
    for (size_t book = 0; book < BOOK_COUNT; book++)
        account->books[book] = row_int64(rows, row, 14 + book);
}

static int account_compare(const void *a, const void *b)
{
    return id_compare(((const struct account *)a)->id, ((const struct account *)b)->id);
}

/* Accounts that were not found in their order's company, to be looked for elsewhere. */
static enum failure read_elsewhere(struct pipeline *pipeline, const struct keys *keys,
                                   struct facts *facts)
{
    struct columns columns;
    enum failure failure = columns_init(&columns, transaction_arena(pipeline->transaction),
                                        keys->accounts.count, 1, 0);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *missing = columns_ids(&columns);
    size_t missing_count = 0;
    for (size_t i = 0; i < keys->accounts.count; i++)
        if (facts_account(facts, keys->accounts.accounts[i]) == NULL)
            missing[missing_count++] = keys->accounts.accounts[i];
    if (missing_count == 0)
        return FAILURE_NONE;
    struct rows rows;
    pipeline_send(pipeline, &ledger_query_find_accounts_elsewhere,
                  PARAMS(param_id_array(missing, missing_count)));
    pipeline_receive(pipeline, &rows);
    size_t found = facts->account_count;
    for (size_t row = 0; row < rows.count && found < facts->account_count + missing_count; row++) {
        struct account *account = &facts->accounts[found++];
        *account = (struct account){.company_id = row_id(&rows, row, 0),
                                    .id = row_id(&rows, row, 1),
                                    .corporate = row_bool(&rows, row, 2),
                                    .company_verified = row_bool(&rows, row, 3),
                                    .state = (enum account_state)row_int64(&rows, row, 5),
                                    .lots_horizon = -1,
                                    .foreign = true};
        copy_currency(account->currency, row_text(&rows, row, 4));
    }
    facts->account_count = found;
    qsort(facts->accounts, found, sizeof *facts->accounts, account_compare);
    return pipeline->failure;
}

/* With room for so many that are not remembered. */
static enum failure recall_accounts(struct arena *arena, const struct recalled *recalled,
                                    size_t others, struct facts *facts)
{
    facts->accounts =
        arena_alloc_array(arena, recalled->account_count + others, sizeof *facts->accounts);
    if (facts->accounts == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < recalled->account_count; i++)
        facts->accounts[facts->account_count++] = recalled->accounts[i].account;
    return FAILURE_NONE;
}

static enum failure read_accounts(struct pipeline *pipeline, const struct keys *keys,
                                  const struct recalled *recalled, const struct rows *rows,
                                  struct facts *facts)
{
    enum failure failure = recall_accounts(transaction_arena(pipeline->transaction), recalled,
                                           rows->count + keys->accounts.count, facts);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t row = 0; row < rows->count; row++)
        facts_store_account_from_row(rows, row, &facts->accounts[facts->account_count++]);
    if (recalled->account_count > 0 && rows->count > 0)
        qsort(facts->accounts, facts->account_count, sizeof *facts->accounts, account_compare);
    return read_elsewhere(pipeline, keys, facts);
}

static void recall_lots(struct facts *facts, const struct recalled *recalled)
{
    for (size_t i = 0; i < recalled->account_count; i++) {
        const struct remembered *remembered = &recalled->accounts[i];
        for (size_t j = 0; j < remembered->lot_count; j++) {
            struct lot lot = remembered->lots[j];
            lot.account = facts_account(facts, remembered->account.id);
            (void)facts_read_lot(facts, &lot);
        }
    }
}

/* Columns 0 to 6 of every query that reads lots. NULL: no room. */
static struct lot *read_lot(struct facts *facts, const struct rows *rows, size_t row)
{
    struct account *account = facts_account(facts, row_id(rows, row, 0));
    assert(account != NULL);
    struct lot lot = {.account = account,
                      .sequence = row_int64(rows, row, 1),
                      .source_id = row_id(rows, row, 2),
                      .granted_micros = row_int64(rows, row, 3),
                      .spent_micros = row_int64(rows, row, 4),
                      .revoked_micros = row_int64(rows, row, 5),
                      .granted_us = row_time_us(rows, row, 6)};
    return facts_read_lot(facts, &lot);
}

static void read_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++)
        (void)read_lot(facts, rows, row);
}

static void read_source_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct lot *lot = read_lot(facts, rows, row);
        if (lot != NULL && row_bool(rows, row, 7))
            lot->beyond_reach = true;
    }
}

static void read_last_lots(struct facts *facts, const struct keys *keys, const struct rows *rows)
{
    for (size_t i = 0; i < keys->receivers.count; i++) {
        struct account *account = facts_account(facts, keys->receivers.accounts[i]);
        if (account != NULL)
            account->last_lot_known = true;
    }
    read_lots(facts, rows);
}

/* All open lots up to the horizon are there: all of them, or as many as were asked for. */
static void read_spendable_lots(struct facts *facts, const struct keys *keys,
                                const struct rows *rows)
{
    for (size_t i = 0; i < keys->spenders.count; i++) {
        struct account *account = facts_account(facts, keys->spenders.accounts[i]);
        if (account != NULL)
            account->lots_horizon = INT64_MAX;
    }
    size_t of_account = 0;
    for (size_t row = 0; row < rows->count; row++) {
        const struct lot *lot = read_lot(facts, rows, row);
        bool same = row > 0 && id_equal(row_id(rows, row, 0), row_id(rows, row - 1, 0));
        of_account = same ? of_account + 1 : 1;
        if (lot != NULL && of_account > ORDER_LOTS_MAX)
            lot->account->lots_horizon = lot->sequence;
    }
}

static void read_bills(struct facts *facts, const struct keys *keys, const struct rows *rows)
{
    for (size_t i = 0; i < keys->payers.count; i++) {
        struct account *account = facts_account(facts, keys->payers.accounts[i]);
        if (account != NULL)
            account->bills_complete = true;
    }
    size_t of_account = 0;
    for (size_t row = 0; row < rows->count; row++) {
        struct account *account = facts_account(facts, row_id(rows, row, 0));
        struct bill bill = {.account = account,
                            .due_us = row_time_us(rows, row, 1),
                            .sequence = row_int64(rows, row, 2),
                            .owed_micros = row_int64(rows, row, 3),
                            .paid_micros = row_int64(rows, row, 4)};
        bool same = row > 0 && id_equal(row_id(rows, row, 0), row_id(rows, row - 1, 0));
        of_account = same ? of_account + 1 : 1;
        (void)facts_read_bill(facts, &bill);
        if (of_account > ORDER_BILLS_MAX)
            account->bills_complete = false;
    }
}

static void read_holds(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct account *account = facts_account(facts, row_id(rows, row, 1));
        int64_t sequence = row_int64(rows, row, 2);
        if (account == NULL ||
            facts_hold(facts, account->company_id, entry_id(account->company_id, sequence)) != NULL)
            continue; /* another account's hold, or one that was asked for twice */
        facts->holds[facts->hold_count++] =
            (struct hold){.account = account,
                          .sequence = sequence,
                          .state = (enum hold_state)row_int64(rows, row, 3),
                          .amount_micros = row_int64(rows, row, 4),
                          .captured_micros = row_int64(rows, row, 5),
                          .expire_us = row_time_us(rows, row, 6),
                          .placed_us = row_time_us(rows, row, 7)};
    }
}

static struct payment read_payment(const struct rows *rows, size_t row, size_t column)
{
    return (struct payment){.transferred_in_micros = row_int64(rows, row, column),
                            .own_micros = row_int64(rows, row, column + 1),
                            .refund_credit_micros = row_int64(rows, row, column + 2),
                            .credit_micros = row_int64(rows, row, column + 3)};
}

static void read_purchases(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct account *account = facts_account(facts, row_id(rows, row, 1));
        int64_t sequence = row_int64(rows, row, 2);
        if (account == NULL || facts_purchase(facts, account->company_id,
                                              entry_id(account->company_id, sequence)) != NULL)
            continue;
        facts->purchases[facts->purchase_count++] =
            (struct purchase){.account = account,
                              .sequence = sequence,
                              .amount_micros = row_int64(rows, row, 3),
                              .paid = read_payment(rows, row, 4),
                              .refunded = read_payment(rows, row, 8),
                              .recorded_us = row_time_us(rows, row, 12)};
    }
}

static void read_purchase_lots(struct facts *facts, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct id company_id = row_id(rows, row, 7);
        struct purchase *purchase =
            facts_purchase(facts, company_id, entry_id(company_id, row_int64(rows, row, 8)));
        struct lot *lot = purchase != NULL ? read_lot(facts, rows, row) : NULL;
        if (lot == NULL ||
            (purchase->lot_count > 0 && purchase->lots[purchase->lot_count - 1].lot == lot))
            continue; /* another account's purchase, or one that was asked for twice */
        struct purchase_lot *share = &facts->purchase_lots[facts->purchase_lot_count++];
        *share = (struct purchase_lot){.purchase = purchase,
                                       .lot = lot,
                                       .paid_micros = row_int64(rows, row, 9),
                                       .refunded_micros = row_int64(rows, row, 10)};
        if (purchase->lot_count++ == 0)
            purchase->lots = share;
    }
}

static void copy_hash(uint8_t to[ENTRY_HASH_SIZE], struct bytes hash)
{
    assert(hash.size == ENTRY_HASH_SIZE);
    memcpy(to, hash.data, ENTRY_HASH_SIZE);
}

static enum failure read_chains(struct facts *facts, struct arena *arena, const struct rows *rows)
{
    facts->chains = arena_alloc_array(arena, rows->count, sizeof *facts->chains);
    if (facts->chains == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows->count; row++) {
        struct chain *chain = &facts->chains[facts->chain_count++];
        *chain = (struct chain){.company_id = row_id(rows, row, 0),
                                .length = row_int64(rows, row, 1),
                                .recorded_us = row_time_us(rows, row, 2),
                                .revision_found = row_id(rows, row, 4),
                                .revision = row_id(rows, row, 4)};
        copy_hash(chain->hash, row_bytes(rows, row, 3));
    }
    return FAILURE_NONE;
}

/* A company without a line has the default one; only a preview meets it so, a batch has opened it.
 */
static void add_default_lines(struct facts *facts, const struct keys *keys, int64_t default_micros)
{
    for (size_t i = 0; i < keys->line_count; i++) {
        if (facts_credit_line(facts, keys->line_companies[i], keys->line_currencies[i]) != NULL)
            continue;
        struct credit_line *line = &facts->credit_lines[facts->credit_line_count++];
        *line = (struct credit_line){.company_id = keys->line_companies[i],
                                     .line_micros = default_micros};
        copy_currency(line->currency, keys->line_currencies[i]);
    }
}

static enum failure read_credit_lines(struct facts *facts, struct arena *arena,
                                      const struct keys *keys, const struct rows *rows,
                                      int64_t default_micros)
{
    facts->credit_lines =
        arena_alloc_array(arena, rows->count + keys->line_count, sizeof *facts->credit_lines);
    if (facts->credit_lines == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows->count; row++) {
        if (facts_credit_line(facts, row_id(rows, row, 0), row_text(rows, row, 1)) != NULL)
            continue; /* it comes once for each order that asked */
        struct credit_line *line = &facts->credit_lines[facts->credit_line_count++];
        *line = (struct credit_line){.company_id = row_id(rows, row, 0),
                                     .line_micros = row_int64(rows, row, 2),
                                     .allocated_micros = row_int64(rows, row, 3)};
        copy_currency(line->currency, row_text(rows, row, 1));
    }
    add_default_lines(facts, keys, default_micros);
    return FAILURE_NONE;
}

/* Room for what was read and for what the orders may add. */
static enum failure make_room(struct facts *facts, struct arena *arena,
                              const struct recalled *recalled, const struct answers *answers,
                              size_t order_count)
{
    size_t lots_read = answers->spendable.count + answers->last.count + answers->source.count +
                       answers->purchase_lots.count;
    for (size_t i = 0; i < recalled->account_count; i++)
        lots_read += recalled->accounts[i].lot_count;
    size_t holds_read = answers->holds.count + answers->expired.count;
    facts->lot_count_max = lots_read + order_count;
    facts->bill_count_max = answers->bills.count + order_count;
    facts->hold_count_max = holds_read + order_count;
    facts->purchase_count_max = answers->purchases.count + order_count;
    facts->purchase_lot_count_max =
        lots_read + answers->purchase_lots.count + order_count + ORDER_LOTS_MAX;
    facts->entry_count_max = order_count + holds_read;
    facts->undo.size_max = 0;
    facts->lots = arena_alloc_array(arena, facts->lot_count_max, sizeof *facts->lots);
    facts->bills = arena_alloc_array(arena, facts->bill_count_max, sizeof *facts->bills);
    facts->holds = arena_alloc_array(arena, facts->hold_count_max, sizeof *facts->holds);
    facts->purchases =
        arena_alloc_array(arena, facts->purchase_count_max, sizeof *facts->purchases);
    facts->purchase_lots =
        arena_alloc_array(arena, facts->purchase_lot_count_max, sizeof *facts->purchase_lots);
    facts->entries = arena_alloc_array(arena, facts->entry_count_max, sizeof *facts->entries);
    bool all = facts->lots != NULL && facts->bills != NULL && facts->holds != NULL &&
               facts->purchases != NULL && facts->purchase_lots != NULL && facts->entries != NULL;
    return all ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

#define UNDO_BYTES_MAX (4 * 1024 * 1024)

static enum failure make_undo_room(struct facts *facts, struct arena *arena,
                                   const struct facts_reading *reading)
{
    bool grouped = false;
    for (size_t i = 0; i < reading->order_count; i++)
        grouped = grouped || reading->orders[i]->linked;
    if (!grouped)
        return FAILURE_NONE;
    facts->undo.bytes = arena_alloc(arena, UNDO_BYTES_MAX);
    facts->undo.size_max = UNDO_BYTES_MAX;
    return facts->undo.bytes != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

static enum failure read_requests(struct facts_reading *reading, struct arena *arena,
                                  const struct rows *rows)
{
    reading->requests = arena_alloc_array(arena, rows->count, sizeof *reading->requests);
    if (reading->requests == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t row = 0; row < rows->count; row++)
        reading->requests[row] =
            (struct found_request){.place = (size_t)row_int64(rows, row, 0) - 1,
                                   .body_hash = row_bytes(rows, row, 1),
                                   .code = row_int64(rows, row, 2),
                                   .answer = row_bytes(rows, row, 3)};
    reading->request_count = rows->count;
    return FAILURE_NONE;
}

static enum failure read_answers(struct pipeline *pipeline, const struct keys *keys,
                                 const struct recalled *recalled, const struct answers *answers,
                                 struct facts_reading *reading, struct facts *facts)
{
    struct arena *arena = transaction_arena(pipeline->transaction);
    enum failure failure = read_accounts(pipeline, keys, recalled, &answers->accounts, facts);
    if (failure == FAILURE_NONE)
        failure = make_room(facts, arena, recalled, answers, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = make_undo_room(facts, arena, reading);
    if (failure == FAILURE_NONE)
        failure = read_credit_lines(facts, arena, keys, &answers->lines,
                                    reading->credit_line_default_micros);
    if (failure == FAILURE_NONE)
        failure = read_requests(reading, arena, &answers->requests);
    if (failure != FAILURE_NONE)
        return failure;
    recall_lots(facts, recalled);
    read_spendable_lots(facts, keys, &answers->spendable);
    read_last_lots(facts, keys, &answers->last);
    read_source_lots(facts, &answers->source);
    read_bills(facts, keys, &answers->bills);
    read_holds(facts, &answers->holds);
    read_holds(facts, &answers->expired);
    read_purchases(facts, &answers->purchases);
    read_purchase_lots(facts, &answers->purchase_lots);
    return quota_store_read(arena, keys, &answers->quotas, facts);
}

/* Whether all that was recalled still is as it was, under the lock. */
static bool is_current(const struct recalled *recalled, struct facts *facts)
{
    for (size_t i = 0; i < recalled->chain_count; i++) {
        const struct chain *found = facts_chain(facts, recalled->chains[i].company_id);
        if (found == NULL || !id_equal(found->revision, recalled->chains[i].revision))
            return false;
    }
    return true;
}

static enum failure read_facts(struct pipeline *pipeline, const struct memory *memory,
                               struct facts_reading *reading, struct facts *facts, bool *current)
{
    struct arena *arena = transaction_arena(pipeline->transaction);
    struct recalled recalled = {0};
    struct answers answers = {0};
    struct keys keys;
    *facts = (struct facts){.now_us = reading->now_us, .payment_term_us = reading->payment_term_us};
    *current = true;
    enum failure failure = keys_collect(&keys, arena, reading->orders, reading->order_count);
    if (failure == FAILURE_NONE && memory != NULL)
        failure = keys_recall(&keys, arena, memory, &recalled);
    if (failure != FAILURE_NONE)
        return failure;
    if (!reading->find_requests)
        keys_omit_requests(&keys);
    ask(pipeline, &keys, reading);
    hear(pipeline, &keys, &answers);
    failure = pipeline->failure != FAILURE_NONE ? pipeline->failure
                                                : read_chains(facts, arena, &answers.chains);
    *current = failure == FAILURE_NONE && is_current(&recalled, facts);
    return failure == FAILURE_NONE && *current
               ? read_answers(pipeline, &keys, &recalled, &answers, reading, facts)
               : failure;
}

enum failure facts_store_read(struct transaction *transaction, struct facts_reading *reading,
                              struct facts *facts)
{
    struct pipeline pipeline = {.transaction = transaction};
    bool current;
    enum failure failure = read_facts(&pipeline, reading->memory, reading, facts, &current);
    if (failure == FAILURE_NONE && !current)
        failure = read_facts(&pipeline, NULL, reading, facts,
                             &current); /* the lock is held: now it stays */
    return failure;
}

enum failure facts_store_recall(struct arena *arena, struct facts_reading *reading,
                                struct facts *facts, bool *all)
{
    const struct answers no_answers = {0};
    struct recalled recalled;
    struct keys keys;
    *all = false;
    *facts = (struct facts){.now_us = reading->now_us, .payment_term_us = reading->payment_term_us};
    if (reading->memory == NULL || reading->find_requests)
        return FAILURE_NONE;
    enum failure failure = keys_collect(&keys, arena, reading->orders, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = keys_recall(&keys, arena, reading->memory, &recalled);
    keys_omit_requests(&keys);
    *all = failure == FAILURE_NONE && keys_are_empty(&keys);
    if (!*all)
        return failure;
    facts->chains = recalled.chains;
    facts->chain_count = recalled.chain_count;
    failure = recall_accounts(arena, &recalled, 0, facts);
    if (failure == FAILURE_NONE)
        failure = make_room(facts, arena, &recalled, &no_answers, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = make_undo_room(facts, arena, reading);
    if (failure == FAILURE_NONE)
        recall_lots(facts, &recalled);
    return failure;
}
