#include "ledger/store/evaluation_store.h"

#include "ledger/domain/suspension.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

enum failure evaluation_store_list(struct reader reader, const struct evaluation_wanted *wanted,
                                   struct due_account **due, size_t *count)
{
    struct rows rows;
    enum failure failure = ledger_list_accounts_to_evaluate_alone(
        reader,
        &(struct ledger_list_accounts_to_evaluate){
            .now_us = wanted->now_us,
            .evaluated_before_us = wanted->now_us - EVALUATION_DAY_US,
            .turned_before_us = wanted->now_us - SUSPENSION_RELEASE_US,
            .left_out_company_ids = {wanted->left_out, wanted->left_out_count},
            .limit = (int64_t)wanted->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *due = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **due);
    *count = rows.count;
    for (size_t row = 0; row < rows.count; row++) {
        struct ledger_list_accounts_to_evaluate_row found =
            ledger_list_accounts_to_evaluate_row(&rows, row);
        (*due)[row] = (struct due_account){found.company_id, found.account_id};
    }
    return FAILURE_NONE;
}

enum failure evaluation_store_lock(struct transaction *transaction, struct id company_id)
{
    enum failure failure = ledger_wait_briefly_send_silently(transaction);
    if (failure != FAILURE_NONE)
        return failure;
    struct id revision = id_new(clock_work_us());
    return ledger_take_chain(
        transaction, &(struct ledger_take_chain){.company_id = company_id, .revision = revision},
        NULL);
}

enum failure evaluation_store_read(struct transaction *transaction,
                                   const struct evaluation_group *group,
                                   struct evaluated_account **accounts, size_t *found)
{
    struct rows rows;
    enum failure failure =
        ledger_read_accounts_to_evaluate(transaction,
                                         &(struct ledger_read_accounts_to_evaluate){
                                             .company_id = group->company_id,
                                             .account_ids = {group->account_ids, group->count},
                                             .now_us = group->now_us},
                                         &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *accounts =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof **accounts);
    *found = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_read_accounts_to_evaluate_row row =
            ledger_read_accounts_to_evaluate_row(&rows, i);
        facts_store_account_from_row(&row.read_accounts, &(*accounts)[i].account);
        (*accounts)[i].told_due_us = row.told_due_us;
    }
    return FAILURE_NONE;
}

enum failure evaluation_store_keep(struct transaction *transaction,
                                   const struct evaluated_account *accounts, size_t count,
                                   int64_t now_us)
{
    if (count == 0)
        return FAILURE_NONE;
    struct arena *arena = transaction_arena(transaction);
    struct ledger_keep_evaluations keep = {.company_id = accounts[0].account.company_id,
                                           .now_us = now_us};
    struct id *ids = arena_alloc_array(arena, count, sizeof *ids);
    bool *flags = arena_alloc_array(arena, 4 * count, sizeof *flags);
    int64_t *moments = arena_alloc_array(arena, 2 * count, sizeof *moments);
    bool *suspended = flags, *release_due = flags + count;
    bool *no_stop = flags + 2 * count, *no_turn = flags + 3 * count;
    int64_t *stops_us = moments, *turns_us = moments + count;
    for (size_t i = 0; i < count; i++) {
        const struct account *account = &accounts[i].account;
        ids[i] = account->id;
        suspended[i] = account->suspended;
        release_due[i] = account->release_due;
        stops_us[i] = account->stop_due_us;
        no_stop[i] = account->stop_due_us == 0;
        turns_us[i] = account->turned_us;
        no_turn[i] = account->turned_us == 0;
    }
    keep.account_ids = id_array(ids, count);
    keep.suspended = bool_array(suspended, count);
    keep.release_due = bool_array(release_due, count);
    keep.stop_due_us = (struct time_array){.items = stops_us, .count = count, .nulls = no_stop};
    keep.turned_us = (struct time_array){.items = turns_us, .count = count, .nulls = no_turn};
    return ledger_keep_evaluations(transaction, &keep, NULL);
}
