#include "payments/store/top_up_store.h"

#include <assert.h>

#include "payments/store/queries.h"

static void top_up_read(const struct rows *rows, size_t row, struct top_up *top_up)
{
    *top_up = (struct top_up){
        .account_id = row_id(rows, row, 0),
        .top_up_id = row_id(rows, row, 1),
        .target_account_id = row_id(rows, row, 2),
        .payment_method_id = row_id(rows, row, 3),
        .amount_micros = row_int64(rows, row, 6),
        .currency = currency_find(row_text(rows, row, 7)),
        .remark = row_text(rows, row, 8),
        .provider_id = row_text(rows, row, 9),
        .failure_reason = row_text(rows, row, 10),
        .failure_advice = row_text(rows, row, 11),
        .wire_reference = row_text(rows, row, 12),
        .statement_line = row_text(rows, row, 13),
        .tries = row_int64(rows, row, 14),
        .created_us = row_time_us(rows, row, 15),
        .succeeded_us = row_time_us(rows, row, 16),
        .credited_us = row_time_us(rows, row, 17),
        .suspense_reason = row_text(rows, row, 18),
        .suspense_us = row_time_us(rows, row, 19),
        .returned_us = row_time_us(rows, row, 20),
    };
    bool known = top_up_rail_find(row_text(rows, row, 4), &top_up->rail) &&
                 top_up_state_find(row_text(rows, row, 5), &top_up->state);
    assert(known && top_up->currency != NULL);
    (void)known;
}

static enum failure top_up_read_one(struct task *task, const struct rows *rows,
                                    struct top_up **top_up)
{
    *top_up = NULL;
    if (rows->count == 0)
        return FAILURE_NONE;
    *top_up = arena_alloc(task_arena(task), sizeof(**top_up));
    if (*top_up == NULL)
        return FAILURE_EXHAUSTED;
    top_up_read(rows, 0, *top_up);
    return FAILURE_NONE;
}

static enum failure top_up_read_all(struct task *task, const struct rows *rows,
                                    struct top_up **top_ups, size_t *count)
{
    *top_ups = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(**top_ups));
    if (*top_ups == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        top_up_read(rows, i, &(*top_ups)[i]);
    return FAILURE_NONE;
}

enum failure top_up_store_insert(struct transaction *transaction, const struct top_up *top_up,
                                 int64_t next_us)
{
    return transaction_query(
        transaction, &payments_query_top_up_insert,
        PARAMS(param_id(top_up->account_id), param_id(top_up->top_up_id),
               param_id(top_up->target_account_id),
               id_is_nil(top_up->payment_method_id) ? param_null()
                                                    : param_id(top_up->payment_method_id),
               param_text(top_up_rail_name(top_up->rail)),
               param_text(top_up_state_name(top_up->state)), param_int64(top_up->amount_micros),
               param_text(top_up->currency->code), param_text(top_up->remark),
               param_text(top_up->wire_reference),
               top_up_is_open(top_up->state) ? param_time(next_us) : param_null(),
               param_time(top_up->created_us)),
        NULL);
}

enum failure top_up_store_sum_by_card(struct transaction *transaction, struct id account_id,
                                      const struct currency *currency, int64_t since_us,
                                      int64_t *sum_micros)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &payments_query_top_up_sum_by_card,
        PARAMS(param_id(account_id), param_text(currency->code), param_time(since_us)), &rows);
    *sum_micros = failure == FAILURE_NONE ? row_int64(&rows, 0, 0) : 0;
    return failure;
}

enum failure top_up_store_find(struct reader reader, struct top_up_key key, struct top_up **top_up)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_top_up_find,
                       PARAMS(param_id(key.account_id), param_id(key.top_up_id)), &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_one(reader.task, &rows, top_up);
}

enum failure top_up_store_look(struct transaction *transaction, struct top_up_key key,
                               struct top_up **top_up)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_top_up_find,
                          PARAMS(param_id(key.account_id), param_id(key.top_up_id)), &rows);
    return failure != FAILURE_NONE ? failure
                                   : top_up_read_one(transaction_task(transaction), &rows, top_up);
}

enum failure top_up_store_find_wire(struct transaction *transaction, const char *wire_reference,
                                    struct top_up **top_up)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &payments_query_top_up_find_wire,
                                             PARAMS(param_text(wire_reference)), &rows);
    return failure != FAILURE_NONE ? failure
                                   : top_up_read_one(transaction_task(transaction), &rows, top_up);
}

enum failure top_up_store_list(struct reader reader, const struct top_up_filter *filter,
                               struct top_up **top_ups, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_top_up_list,
        PARAMS(param_id(filter->account_id), param_id(filter->below_id),
               param_text(filter->remark_contains), param_int64((int64_t)filter->limit)),
        &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_all(reader.task, &rows, top_ups, count);
}

enum failure top_up_store_list_unsettled(struct reader reader, struct id below_id,
                                         const char *state, size_t limit, struct top_up **top_ups,
                                         size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_top_up_list_unsettled,
        PARAMS(param_id(below_id), param_text(state), param_int64((int64_t)limit)), &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_all(reader.task, &rows, top_ups, count);
}

enum failure top_up_store_claim(struct reader reader, int64_t now_us, int64_t lease_us,
                                size_t limit, struct top_up_key **keys, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_top_up_claim,
        PARAMS(param_time(now_us), param_time(lease_us), param_int64((int64_t)limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *keys = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**keys));
    if (*keys == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*keys)[i] = (struct top_up_key){row_id(&rows, i, 0), row_id(&rows, i, 1)};
    return FAILURE_NONE;
}

enum failure top_up_store_change(struct transaction *transaction, const struct top_up *top_up,
                                 const struct top_up_change *change, bool *changed)
{
    struct rows rows;
    bool driven = top_up_is_driven(change->next, top_up->rail, change->failure_reason);
    enum failure failure = transaction_query(
        transaction, &payments_query_top_up_change,
        PARAMS(param_id(top_up->account_id), param_id(top_up->top_up_id),
               param_text(top_up_state_name(top_up->state)),
               param_text(top_up_state_name(change->next)), param_text(change->provider_id),
               param_int64(change->tries), driven ? param_time(change->next_us) : param_null(),
               param_text(change->failure_reason), param_text(change->failure_advice),
               param_time(change->now_us)),
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure top_up_store_receive_wire(struct transaction *transaction, const struct top_up *top_up,
                                       int64_t amount_micros, const char *statement_line)
{
    return transaction_query(transaction, &payments_query_top_up_receive_wire,
                             PARAMS(param_id(top_up->account_id), param_id(top_up->top_up_id),
                                    param_int64(amount_micros), param_text(statement_line)),
                             NULL);
}

enum failure top_up_store_suspend(struct transaction *transaction, struct top_up_key key,
                                  const char *reason, int64_t now_us)
{
    return transaction_query(transaction, &payments_query_top_up_suspend,
                             PARAMS(param_id(key.account_id), param_id(key.top_up_id),
                                    param_text(reason), param_time(now_us)),
                             NULL);
}

enum failure top_up_store_note(struct transaction *transaction, struct top_up_key key,
                               const struct top_up_act *act)
{
    return transaction_query(transaction, &payments_query_top_up_act_insert,
                             PARAMS(param_id(key.account_id), param_id(key.top_up_id),
                                    param_time(act->now_us), param_text(act->act),
                                    param_text(act->principal_id), param_text(act->remark)),
                             NULL);
}

static void sums_read(const struct rows *rows, struct top_up_sums *sums)
{
    sums->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        sums->sums[i] = (struct top_up_sum){
            row_bool(rows, i, 0), currency_find(row_text(rows, i, 1)), row_int64(rows, i, 2)};
}

enum failure top_up_store_sum_under_way(struct reader reader, struct id account_id,
                                        struct top_up_sums *sums)
{
    struct rows rows;
    enum failure failure = database_query(reader, &payments_query_top_up_sum_under_way,
                                          PARAMS(param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        sums_read(&rows, sums);
    return failure;
}

enum failure top_up_store_look_under_way(struct transaction *transaction, struct id account_id,
                                         struct top_up_sums *sums)
{
    struct rows rows;
    enum failure failure = transaction_query(transaction, &payments_query_top_up_sum_under_way,
                                             PARAMS(param_id(account_id)), &rows);
    if (failure == FAILURE_NONE)
        sums_read(&rows, sums);
    return failure;
}

enum failure wire_receipt_store_find(struct transaction *transaction,
                                     const struct wire_receipt *receipt, struct wire_facts *facts)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_wire_receipt_find,
                          PARAMS(param_text(receipt->bank), param_text(receipt->statement),
                                 param_text(receipt->statement_line)),
                          &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    facts->recorded = true;
    facts->recorded_top_up_id = row_id(&rows, 0, 0);
    facts->recorded_micros = row_int64(&rows, 0, 1);
    return FAILURE_NONE;
}

enum failure wire_receipt_store_insert(struct transaction *transaction,
                                       const struct wire_receipt *receipt, struct id top_up_id,
                                       const char *recorded_by, int64_t now_us)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &payments_query_wire_receipt_insert,
                          PARAMS(param_text(receipt->bank), param_text(receipt->statement),
                                 param_text(receipt->statement_line), param_id(receipt->account_id),
                                 param_id(top_up_id), param_int64(receipt->amount_micros),
                                 param_text(recorded_by), param_time(now_us)),
                          &rows);
    return failure == FAILURE_NONE && rows.affected == 0 ? FAILURE_CONFLICT : failure;
}

enum failure top_up_store_count_open(struct reader reader, int64_t slow_before_us,
                                     struct top_up_counts *counts)
{
    struct rows rows;
    enum failure failure = database_query(reader, &payments_query_top_up_count_open,
                                          PARAMS(param_time(slow_before_us)), &rows);
    if (failure == FAILURE_NONE)
        *counts = (struct top_up_counts){row_int64(&rows, 0, 0), row_int64(&rows, 0, 1),
                                         row_int64(&rows, 0, 2), row_int64(&rows, 0, 3)};
    return failure;
}
