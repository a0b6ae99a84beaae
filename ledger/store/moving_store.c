#include "ledger/store/moving_store.h"

#include <string.h>

#include "ledger/store/facts_answers.h"
#include "ledger/store/queries.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

/* Of one move. */
struct move {
    struct facts facts;
    struct account from, to;
    struct entry entries[2];
    struct bytes outcomes[2];
    struct moving moving;
};

static void init(struct move *move, const struct moving_wanted *wanted)
{
    move->from = move->to = *wanted->account;
    move->facts =
        (struct facts){.entries = move->entries, .entry_count_max = 2, .now_us = wanted->now_us};
    move->moving = (struct moving){
        .facts = &move->facts, .from = &move->from, .to = &move->to, .actor = wanted->actor};
    struct account *to = &move->to;
    memset(to->books, 0, sizeof to->books);
    to->company_id = to->verified_company_id = wanted->company_id;
    to->opened_in_id = to->id;
    to->version = to->lot_first = 0;
}

static enum failure read_ties(struct transaction *transaction, struct move *move,
                              struct moving_ties *ties)
{
    struct rows rows;
    enum failure failure = ledger_read_moving_ties(
        transaction, &(struct ledger_read_moving_ties){.account_id = move->from.id}, &rows);
    if (failure != FAILURE_NONE || rows.count != 1)
        return failure != FAILURE_NONE ? failure : FAILURE_INTERNAL;
    struct ledger_read_moving_ties_row row = ledger_read_moving_ties_row(&rows, 0);
    *ties = (struct moving_ties){row.has_holds, row.has_transits, row.has_quotas};
    return FAILURE_NONE;
}

/* Both are there, or their accounts would not be. */
static enum failure read_chains(struct transaction *transaction, struct move *move)
{
    struct rows rows;
    struct id companies[2] = {move->from.company_id, move->to.company_id};
    enum failure failure = ledger_lock_chains(
        transaction, &(struct ledger_read_chains){.company_ids = {companies, 2}}, &rows);
    if (failure == FAILURE_NONE)
        failure = facts_read_chains(&move->facts, transaction_arena(transaction), &rows);
    if (failure == FAILURE_NONE && move->facts.chain_count != 2)
        return FAILURE_INTERNAL;
    int64_t now_us = move->facts.now_us; /* the same for both, and behind all that was recorded */
    for (size_t i = 0; failure == FAILURE_NONE && i < 2; i++) {
        const struct chain *chain = &move->facts.chains[i];
        now_us = amount_max(now_us, amount_max(chain->recorded_us, clock_of_us(chain->company_id)));
    }
    for (size_t i = 0; failure == FAILURE_NONE && i < 2; i++) {
        move->facts.chains[i].now_us = now_us;
        move->facts.chains[i].revision = id_new(clock_work_us());
    }
    return failure;
}

static enum failure open_account(struct transaction *transaction, struct move *move)
{
    struct rows rows;
    enum failure failure =
        ledger_open_moved_account(transaction,
                                  &(struct ledger_open_moved_account){
                                      .account_id = move->to.id, .company_id = move->to.company_id},
                                  &rows);
    if (failure != FAILURE_NONE || rows.count != 1)
        return failure != FAILURE_NONE ? failure : FAILURE_INTERNAL;
    move->to.number = ledger_open_moved_account_row(&rows, 0).number;
    return FAILURE_NONE;
}

static enum failure keep(struct transaction *transaction, struct move *move)
{
    struct facts *facts = &move->facts;
    facts->accounts = arena_alloc_array(transaction_arena(transaction), 2, sizeof *facts->accounts);
    facts->accounts[0] = move->from;
    facts->accounts[1] = move->to;
    facts->account_count = 2;
    for (size_t i = 0; i < facts->entry_count; i++)
        entry_chain(&facts->entries[i], move->outcomes[i]);
    const struct order *orders = move->moving.orders;
    const struct order *actors[2] = {&orders[0], &orders[1]}; /* of each chain */
    const struct kept kept = {.outcomes = move->outcomes,
                              .actors = actors,
                              .actor_count = orders[0].actor != NULL ? 2 : 0};
    enum failure failure = facts_store_keep(transaction, facts, &kept);
    if (failure == FAILURE_NONE)
        failure = ledger_move_overrides(
            transaction,
            &(struct ledger_move_overrides){.account_id = move->from.id,
                                            .company_id = move->to.company_id},
            NULL);
    if (failure != FAILURE_NONE)
        return failure;
    return ledger_leave_moved_account(
        transaction,
        &(struct ledger_leave_moved_account){.account_id = move->from.id,
                                             .company_id = move->to.company_id,
                                             .moved_us = move->entries[0].recorded_us,
                                             .moved_in_sequence = move->entries[1].sequence},
        NULL);
}

enum failure moving_store_move(struct transaction *transaction, const struct moving_wanted *wanted,
                               const struct refusal **refusal)
{
    struct move *move = arena_alloc(transaction_arena(transaction), sizeof *move);
    struct moving_ties ties;
    init(move, wanted);
    *refusal = NULL;
    enum failure failure = read_ties(transaction, move, &ties);
    if (failure == FAILURE_NONE)
        *refusal = moving_decide(&move->from, &ties);
    if (failure != FAILURE_NONE || *refusal != NULL)
        return failure;
    failure = read_chains(transaction, move);
    if (failure == FAILURE_NONE)
        failure = open_account(transaction, move);
    if (failure != FAILURE_NONE)
        return failure;
    moving_book(&move->moving);
    return keep(transaction, move);
}
