#include <stdlib.h>

#include "ledger/store/facts_answers.h"
#include "ledger/store/queries.h"

static int account_compare(const void *a, const void *b)
{
    return id_compare(((const struct account *)a)->id, ((const struct account *)b)->id);
}

/* Accounts that were not found in their order's company, to be looked for elsewhere. */
static enum failure read_elsewhere(struct pipeline *pipeline, const struct fact_keys *keys,
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
    pipeline_sent(pipeline, ledger_find_accounts_elsewhere_send(
                                pipeline->transaction, &(struct ledger_find_accounts_elsewhere){
                                                           .account_ids = {missing, missing_count},
                                                           .now_us = facts->now_us}));
    pipeline_receive(pipeline, &rows);
    size_t count = facts->account_count;
    for (size_t row = 0; row < rows.count && count < facts->account_count + missing_count; row++) {
        struct ledger_read_accounts_row found = ledger_read_accounts_row(&rows, row);
        struct account account;
        facts_store_account_from_row(&found, &account);
        account_judge_self_service(&account, facts->now_us);
        facts->accounts[count++] = account_foreign(&account);
    }
    facts->account_count = count;
    qsort(facts->accounts, count, sizeof *facts->accounts, account_compare);
    return pipeline->failure;
}

/* With room for so many that are not cached. */
static enum failure cached_accounts(struct arena *arena, const struct cached_facts *known,
                                    size_t others, struct facts *facts)
{
    facts->accounts =
        arena_try_alloc_array(arena, known->account_count + others, sizeof *facts->accounts);
    if (facts->accounts == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < known->account_count; i++)
        facts->accounts[facts->account_count++] = known->accounts[i].account;
    return FAILURE_NONE;
}

static enum failure read_accounts(struct pipeline *pipeline, const struct fact_keys *keys,
                                  const struct cached_facts *known, const struct rows *rows,
                                  struct facts *facts)
{
    enum failure failure = cached_accounts(transaction_arena(pipeline->transaction), known,
                                           rows->count + keys->accounts.count, facts);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < rows->count; i++) {
        struct ledger_read_accounts_row row = ledger_read_accounts_row(rows, i);
        facts_store_account_from_row(&row, &facts->accounts[facts->account_count++]);
    }
    if (known->account_count > 0 && rows->count > 0)
        qsort(facts->accounts, facts->account_count, sizeof *facts->accounts, account_compare);
    return read_elsewhere(pipeline, keys, facts);
}

static void cached_lots(struct facts *facts, const struct cached_facts *known)
{
    for (size_t i = 0; i < known->account_count; i++) {
        const struct known_account *cached = &known->accounts[i];
        struct account *account = facts_account(facts, cached->account.id);
        for (size_t j = 0; j < cached->lot_count; j++) {
            struct lot lot = {.account = account,
                              .sequence = cached->lots[j].sequence,
                              .kind = cached->lots[j].kind,
                              .source_id = cached->lots[j].source_id,
                              .granted_micros = cached->lots[j].granted_micros,
                              .spent_micros = cached->lots[j].spent_micros,
                              .revoked_micros = cached->lots[j].revoked_micros};
            (void)facts_read_lot(facts, &lot);
        }
    }
}

/* Room for what was read and for what the orders may add. */
static enum failure make_room(struct facts *facts, struct arena *arena,
                              const struct cached_facts *known, const struct answers *answers,
                              size_t order_count)
{
    size_t lots_read = answers->spendable.count + answers->last.count + answers->source.count +
                       answers->purchase_lots.count + answers->transit_lots.count;
    for (size_t i = 0; i < known->account_count; i++)
        lots_read += known->accounts[i].lot_count;
    size_t holds_read = answers->holds.count + answers->expired.count;
    facts->lot_count_max = lots_read + order_count;
    facts->bill_count_max = answers->bills.count + order_count;
    facts->hold_count_max = holds_read + order_count;
    facts->purchase_count_max = answers->purchases.count + order_count;
    facts->purchase_lot_count_max =
        lots_read + answers->purchase_lots.count + order_count + ORDER_LOTS_MAX;
    facts->transit_count_max = answers->transits.count + order_count;
    facts->transit_lot_count_max =
        lots_read + answers->transit_lots.count + order_count + ORDER_LOTS_MAX;
    facts->entry_count_max = order_count + holds_read;
    facts->undo.size_max = 0;
    facts->lots = arena_try_alloc_array(arena, facts->lot_count_max, sizeof *facts->lots);
    facts->bills = arena_try_alloc_array(arena, facts->bill_count_max, sizeof *facts->bills);
    facts->holds = arena_try_alloc_array(arena, facts->hold_count_max, sizeof *facts->holds);
    facts->purchases =
        arena_try_alloc_array(arena, facts->purchase_count_max, sizeof *facts->purchases);
    facts->purchase_lots =
        arena_try_alloc_array(arena, facts->purchase_lot_count_max, sizeof *facts->purchase_lots);
    facts->transits =
        arena_try_alloc_array(arena, facts->transit_count_max, sizeof *facts->transits);
    facts->transit_lots =
        arena_try_alloc_array(arena, facts->transit_lot_count_max, sizeof *facts->transit_lots);
    facts->entries = arena_try_alloc_array(arena, facts->entry_count_max, sizeof *facts->entries);
    bool all = facts->lots != NULL && facts->bills != NULL && facts->holds != NULL &&
               facts->purchases != NULL && facts->purchase_lots != NULL &&
               facts->transits != NULL && facts->transit_lots != NULL && facts->entries != NULL;
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
    facts->undo.bytes = arena_try_alloc(arena, UNDO_BYTES_MAX);
    facts->undo.size_max = UNDO_BYTES_MAX;
    return facts->undo.bytes != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

/* One round trip: its questions, what need not be asked, and its answers. */
struct round_trip {
    struct fact_keys keys;
    struct cached_facts known;
    struct answers answers;
};

static enum failure read_answers(struct pipeline *pipeline, const struct round_trip *trip,
                                 struct facts_reading *reading, struct facts *facts)
{
    const struct fact_keys *keys = &trip->keys;
    const struct cached_facts *known = &trip->known;
    const struct answers *answers = &trip->answers;
    struct arena *arena = transaction_arena(pipeline->transaction);
    enum failure failure = read_accounts(pipeline, keys, known, &answers->accounts, facts);
    if (failure == FAILURE_NONE)
        failure = make_room(facts, arena, known, answers, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = make_undo_room(facts, arena, reading);
    if (failure == FAILURE_NONE)
        failure = facts_read_credit_lines(facts, arena, keys, &answers->lines,
                                          reading->credit_line_default_micros);
    if (failure == FAILURE_NONE)
        failure = facts_read_relations(facts, arena, &answers->relations);
    if (failure == FAILURE_NONE)
        failure = facts_read_requests(reading, arena, answers);
    if (failure != FAILURE_NONE)
        return failure;
    if (answers->fence.count > 0)
        facts->freeze_epoch = ledger_read_freeze_fence_row(&answers->fence, 0).epoch;
    cached_lots(facts, known);
    facts_read_rows(facts, keys, reading->deep, answers);
    failure = quota_store_read(arena, keys, &answers->quotas, facts);
    if (failure == FAILURE_NONE)
        failure = quota_store_read_of_holds(pipeline, facts);
    return failure == FAILURE_NONE
               ? cap_store_read(pipeline, keys, &answers->caps, reading->lock, facts)
               : failure;
}

/* Whether all that was cached still is as it was, under the lock. */
static bool is_current(const struct cached_facts *known, struct facts *facts)
{
    for (size_t i = 0; i < known->chain_count; i++) {
        const struct chain *found = facts_chain(facts, known->chains[i].company_id);
        if (found == NULL || !id_equal(found->revision, known->chains[i].revision))
            return false;
    }
    return true;
}

static enum failure read_facts(struct pipeline *pipeline, const struct account_cache *cache,
                               struct facts_reading *reading, struct facts *facts, bool *current)
{
    struct arena *arena = transaction_arena(pipeline->transaction);
    struct round_trip trip = {0};
    *facts = (struct facts){.is_shallow = !reading->deep,
                            .now_us = reading->now_us,
                            .payment_term_us = reading->payment_term_us,
                            .grace_us = reading->grace_us};
    *current = true;
    enum failure failure = keys_collect(&trip.keys, arena, reading->orders, reading->order_count);
    if (failure == FAILURE_NONE && cache != NULL)
        failure = keys_take_cached(&trip.keys, arena, cache, reading->deep, &trip.known);
    if (failure != FAILURE_NONE)
        return failure;
    if (!reading->find_requests)
        keys_omit_requests(&trip.keys);
    facts_ask(pipeline, &trip.keys, reading, &trip.answers);
    failure = pipeline->failure != FAILURE_NONE
                  ? pipeline->failure
                  : facts_read_chains(facts, arena, &trip.answers.chains);
    *current = failure == FAILURE_NONE && is_current(&trip.known, facts);
    return failure == FAILURE_NONE && *current ? read_answers(pipeline, &trip, reading, facts)
                                               : failure;
}

enum failure facts_store_read(struct transaction *transaction, struct facts_reading *reading,
                              struct facts *facts)
{
    struct pipeline pipeline = {.transaction = transaction};
    bool current;
    enum failure failure = read_facts(&pipeline, reading->cache, reading, facts, &current);
    if (failure == FAILURE_NONE && !current)
        failure = read_facts(&pipeline, NULL, reading, facts,
                             &current); /* the lock is held: now it stays */
    return failure;
}

enum failure facts_store_read_cache(struct arena *arena, struct facts_reading *reading,
                                    struct facts *facts, bool *all)
{
    const struct answers no_answers = {0};
    struct cached_facts known;
    struct fact_keys keys;
    *all = false;
    *facts = (struct facts){.is_shallow = !reading->deep,
                            .now_us = reading->now_us,
                            .payment_term_us = reading->payment_term_us,
                            .grace_us = reading->grace_us};
    if (reading->cache == NULL || reading->find_requests)
        return FAILURE_NONE;
    enum failure failure = keys_collect(&keys, arena, reading->orders, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = keys_take_cached(&keys, arena, reading->cache, reading->deep, &known);
    keys_omit_requests(&keys);
    *all = failure == FAILURE_NONE && keys_are_empty(&keys);
    if (!*all)
        return failure;
    facts->chains = known.chains;
    facts->chain_count = known.chain_count;
    failure = cached_accounts(arena, &known, 0, facts);
    if (failure == FAILURE_NONE)
        failure = make_room(facts, arena, &known, &no_answers, reading->order_count);
    if (failure == FAILURE_NONE)
        failure = make_undo_room(facts, arena, reading);
    if (failure == FAILURE_NONE)
        cached_lots(facts, &known);
    return failure;
}
