#include "payments/store/hold_store.h"

#include <assert.h>

#include "payments/store/queries.h"

enum failure hold_store_insert(struct transaction *transaction, const struct hold *hold,
                               int64_t next_us)
{
    return transaction_query(transaction, &payments_query_hold_insert,
                             PARAMS(param_id(hold->account_id), param_id(hold->hold_id),
                                    param_id(hold->payment_method_id),
                                    param_text(hold_state_name(HOLD_RECORDED)),
                                    param_int64(HOLD_AMOUNT_MICROS), param_text(HOLD_CURRENCY),
                                    param_time(next_us), param_time(hold->created_us)),
                             NULL);
}

enum failure hold_store_find(struct reader reader, struct hold_key key, struct hold **hold)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_hold_find,
                       PARAMS(param_id(key.account_id), param_id(key.hold_id)), &rows);
    *hold = NULL;
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    *hold = arena_alloc(reader_arena(reader), sizeof(**hold));
    if (*hold == NULL)
        return FAILURE_EXHAUSTED;
    **hold = (struct hold){
        .account_id = row_id(&rows, 0, 0),
        .hold_id = row_id(&rows, 0, 1),
        .payment_method_id = row_id(&rows, 0, 2),
        .provider_id = row_text(&rows, 0, 4),
        .tries = row_int64(&rows, 0, 5),
        .created_us = row_time_us(&rows, 0, 6),
        .authorized_us = row_time_us(&rows, 0, 7),
    };
    bool known = hold_state_find(row_text(&rows, 0, 3), &(*hold)->state);
    assert(known);
    (void)known;
    return FAILURE_NONE;
}

enum failure hold_store_claim(struct reader reader, int64_t now_us, int64_t lease_us, size_t limit,
                              struct hold_key **keys, size_t *count)
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &payments_query_hold_claim,
        PARAMS(param_time(now_us), param_time(lease_us), param_int64((int64_t)limit)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *keys = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**keys));
    if (*keys == NULL)
        return FAILURE_EXHAUSTED;
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*keys)[i] = (struct hold_key){row_id(&rows, i, 0), row_id(&rows, i, 1)};
    return FAILURE_NONE;
}

enum failure hold_store_change(struct transaction *transaction, const struct hold *hold,
                               const struct hold_change *change, bool *changed)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &payments_query_hold_change,
        PARAMS(param_id(hold->account_id), param_id(hold->hold_id),
               param_text(hold_state_name(hold->state)), param_text(hold_state_name(change->next)),
               param_text(change->provider_id), param_int64(change->tries),
               hold_is_open(change->next) ? param_time(change->next_us) : param_null(),
               param_time(change->now_us)),
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure hold_store_count_open(struct reader reader, int64_t alarm_before_us, int64_t *open,
                                   int64_t *overdue)
{
    struct rows rows;
    enum failure failure = database_query(reader, &payments_query_hold_count_open,
                                          PARAMS(param_time(alarm_before_us)), &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *open = row_int64(&rows, 0, 0);
    *overdue = row_int64(&rows, 0, 1);
    return FAILURE_NONE;
}
