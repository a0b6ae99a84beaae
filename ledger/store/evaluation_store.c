#include "ledger/store/evaluation_store.h"

#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "runtime/base/clock.h"

#define COLUMN_TOLD_DUE 28

enum failure evaluation_store_list(struct reader reader, int64_t now_us, const struct id *left_out,
                                   size_t left_out_count, size_t limit, struct due_account **due,
                                   size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &ledger_query_list_accounts_to_evaluate,
        PARAMS(param_time(now_us), param_time(now_us - EVALUATION_DAY_US),
               param_id_array(left_out, left_out_count), param_int64((int64_t)limit)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *due = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **due);
    if (*due == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t row = 0; row < rows.count; row++)
        (*due)[row] = (struct due_account){row_id(&rows, row, 0), row_id(&rows, row, 1)};
    return FAILURE_NONE;
}

enum failure evaluation_store_lock(struct transaction *transaction, struct id company_id)
{
    enum failure failure =
        transaction_send_silently(transaction, &ledger_query_wait_briefly, NO_PARAMS);
    if (failure != FAILURE_NONE)
        return failure;
    struct id revision = id_new(clock_now_us());
    return transaction_query(transaction, &ledger_query_take_chain,
                             PARAMS(param_id(company_id), param_id(revision)), NULL);
}

enum failure evaluation_store_read(struct transaction *transaction, struct id company_id,
                                   const struct id *account_ids, size_t count, int64_t now_us,
                                   struct evaluated_account **accounts, size_t *found)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &ledger_query_read_accounts_to_evaluate,
        PARAMS(param_id(company_id), param_id_array(account_ids, count), param_time(now_us)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *accounts =
        arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof **accounts);
    if (*accounts == NULL)
        return FAILURE_EXHAUSTED;
    *found = rows.count;
    for (size_t row = 0; row < rows.count; row++) {
        facts_store_account_from_row(&rows, row, &(*accounts)[row].account);
        (*accounts)[row].told_due_us = row_time_us(&rows, row, COLUMN_TOLD_DUE);
    }
    return FAILURE_NONE;
}

enum failure evaluation_store_keep(struct transaction *transaction,
                                   const struct evaluated_account *accounts, size_t count,
                                   int64_t now_us)
{
    if (count == 0)
        return FAILURE_NONE;
    struct id company_id = accounts[0].account.company_id;
    struct id *ids = arena_alloc_array(transaction_arena(transaction), count, sizeof *ids);
    bool *suspended = arena_alloc_array(transaction_arena(transaction), count, sizeof *suspended);
    if (ids == NULL || suspended == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        ids[i] = accounts[i].account.id;
        suspended[i] = accounts[i].account.suspended;
    }
    return transaction_query(transaction, &ledger_query_keep_evaluations,
                             PARAMS(param_id(company_id), param_id_array(ids, count),
                                    param_bool_array(suspended, count), param_time(now_us)),
                             NULL);
}
