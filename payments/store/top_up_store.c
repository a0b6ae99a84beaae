#include "payments/store/top_up_store.h"

#include <assert.h>

#include "payments/store/queries.h"
#include "runtime/base/amount.h"

/* false: it is none that anybody here kept. */
static bool top_up_read(const struct rows *rows, size_t row, struct top_up *top_up)
{
    struct payments_top_up_find_row found = payments_top_up_find_row(rows, row);
    *top_up = (struct top_up){
        .account_id = found.account_id,
        .top_up_id = found.top_up_id,
        .target_account_id = found.target_account_id,
        .payment_method_id = found.payment_method_id,
        .amount_micros = found.amount_micros,
        .currency = currency_find(found.currency),
        .remark = found.remark,
        .provider_id = found.provider_id,
        .failure_reason = found.failure_reason,
        .failure_advice = found.failure_advice,
        .wire_reference = found.wire_reference,
        .statement_line = found.statement_line,
        .tries = found.tries,
        .created_us = found.created_us,
        .succeeded_us = found.succeeded_us,
        .credited_us = found.credited_us,
        .suspense_reason = found.suspense_reason,
        .suspense_us = found.suspense_us,
        .returned_us = found.returned_us,
    };
    bool known = top_up_rail_find(found.rail, &top_up->rail) &&
                 top_up_state_find(found.state, &top_up->state);
    return known && top_up->currency != NULL;
}

static enum failure top_up_read_one(struct task *task, const struct rows *rows,
                                    struct top_up **top_up)
{
    *top_up = NULL;
    if (rows->count == 0)
        return FAILURE_NONE;
    *top_up = arena_alloc(task_arena(task), sizeof(**top_up));
    return top_up_read(rows, 0, *top_up) ? FAILURE_NONE : FAILURE_INTERNAL;
}

static enum failure top_up_read_all(struct task *task, const struct rows *rows,
                                    struct top_up **top_ups, size_t *count)
{
    *top_ups = arena_alloc_array(task_arena(task), rows->count + 1, sizeof(**top_ups));
    *count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        if (!top_up_read(rows, i, &(*top_ups)[i]))
            return FAILURE_INTERNAL;
    return FAILURE_NONE;
}

enum failure top_up_store_insert(struct transaction *transaction, const struct top_up *top_up,
                                 int64_t next_us)
{
    assert(top_up->amount_micros > 0 && amount_is_whole(top_up->amount_micros, top_up->currency));
    return payments_top_up_insert(
        transaction,
        &(struct payments_top_up_insert){.account_id = top_up->account_id,
                                         .top_up_id = top_up->top_up_id,
                                         .target_account_id = top_up->target_account_id,
                                         .payment_method_id = top_up->payment_method_id,
                                         .rail = top_up_rail_name(top_up->rail),
                                         .state = top_up_state_name(top_up->state),
                                         .amount_micros = top_up->amount_micros,
                                         .currency = top_up->currency->code,
                                         .remark = top_up->remark,
                                         .wire_reference = top_up->wire_reference,
                                         .next_us = top_up_is_open(top_up->state) ? next_us : 0,
                                         .created_us = top_up->created_us},
        NULL);
}

enum failure top_up_store_sum_by_card(struct transaction *transaction, struct id account_id,
                                      const struct currency *currency, int64_t since_us,
                                      int64_t *sum_micros)
{
    struct rows rows;
    enum failure failure = payments_top_up_sum_by_card(
        transaction,
        &(struct payments_top_up_sum_by_card){
            .account_id = account_id, .currency = currency->code, .since_us = since_us},
        &rows);
    *sum_micros =
        failure == FAILURE_NONE ? payments_top_up_sum_by_card_row(&rows, 0).sum_micros : 0;
    return failure;
}

enum failure top_up_store_find(struct reader reader, struct subject_key key, struct top_up **top_up)
{
    struct rows rows;
    enum failure failure = payments_top_up_find_alone(
        reader,
        &(struct payments_top_up_find){.account_id = key.account_id, .top_up_id = key.subject_id},
        &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_one(reader.task, &rows, top_up);
}

enum failure top_up_store_look(struct transaction *transaction, struct subject_key key,
                               struct top_up **top_up)
{
    struct rows rows;
    enum failure failure = payments_top_up_find(
        transaction,
        &(struct payments_top_up_find){.account_id = key.account_id, .top_up_id = key.subject_id},
        &rows);
    return failure != FAILURE_NONE ? failure
                                   : top_up_read_one(transaction_task(transaction), &rows, top_up);
}

enum failure top_up_store_find_wire(struct transaction *transaction, const char *wire_reference,
                                    struct top_up **top_up)
{
    struct rows rows;
    enum failure failure = payments_top_up_find_wire(
        transaction, &(struct payments_top_up_find_wire){.wire_reference = wire_reference}, &rows);
    return failure != FAILURE_NONE ? failure
                                   : top_up_read_one(transaction_task(transaction), &rows, top_up);
}

enum failure top_up_store_list(struct reader reader, const struct top_up_filter *filter,
                               struct top_up **top_ups, size_t *count)
{
    struct rows rows;
    enum failure failure = payments_top_up_list_alone(
        reader,
        &(struct payments_top_up_list){.account_id = filter->account_id,
                                       .below_id = filter->below_id,
                                       .remark_contains = filter->remark_contains,
                                       .state = filter->state,
                                       .rail = filter->rail,
                                       .open = filter->open,
                                       .target_account_id = filter->target_account_id,
                                       .start_us = filter->start_us,
                                       .end_us = filter->end_us,
                                       .limit = (int64_t)filter->limit},
        &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_all(reader.task, &rows, top_ups, count);
}

enum failure top_up_store_list_unsettled(struct reader reader,
                                         const struct unsettled_filter *filter,
                                         struct top_up **top_ups, size_t *count)
{
    struct rows rows;
    enum failure failure = payments_top_up_list_unsettled_alone(
        reader,
        &(struct payments_top_up_list_unsettled){
            .below_id = filter->below_id, .state = filter->state, .limit = (int64_t)filter->limit},
        &rows);
    return failure != FAILURE_NONE ? failure : top_up_read_all(reader.task, &rows, top_ups, count);
}

enum failure top_up_store_claim(struct reader reader, const struct claim *claim,
                                struct subject_keys *taken)
{
    struct rows rows;
    enum failure failure = payments_top_up_claim_alone(
        reader,
        &(struct payments_top_up_claim){
            .now_us = claim->now_us, .lease_us = claim->lease_us, .limit = (int64_t)claim->limit},
        &rows);
    if (failure == FAILURE_NONE)
        subject_keys_read(reader, &rows, taken);
    return failure;
}

enum failure top_up_store_change(struct transaction *transaction, const struct top_up *top_up,
                                 const struct top_up_change *change, bool *changed)
{
    struct rows rows;
    bool is_worked_on = top_up_is_worked_on(change->next, top_up->rail, change->failure_reason);
    enum failure failure = payments_top_up_change(
        transaction,
        &(struct payments_top_up_change){.account_id = top_up->account_id,
                                         .top_up_id = top_up->top_up_id,
                                         .state = top_up_state_name(top_up->state),
                                         .next = top_up_state_name(change->next),
                                         .provider_id = change->provider_id,
                                         .tries = change->tries,
                                         .next_us = is_worked_on ? change->next_us : 0,
                                         .failure_reason = change->failure_reason,
                                         .failure_advice = change->failure_advice,
                                         .now_us = change->now_us},
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure top_up_store_receive_wire(struct transaction *transaction, const struct top_up *top_up,
                                       int64_t amount_micros, const char *statement_line)
{
    assert(amount_micros > 0 && top_up->rail == TOP_UP_WIRE);
    return payments_top_up_receive_wire(
        transaction,
        &(struct payments_top_up_receive_wire){.account_id = top_up->account_id,
                                               .top_up_id = top_up->top_up_id,
                                               .amount_micros = amount_micros,
                                               .statement_line = statement_line},
        NULL);
}

enum failure top_up_store_suspend(struct transaction *transaction, struct subject_key key,
                                  const char *reason, int64_t now_us)
{
    return payments_top_up_suspend(transaction,
                                   &(struct payments_top_up_suspend){.account_id = key.account_id,
                                                                     .top_up_id = key.subject_id,
                                                                     .suspense_reason = reason,
                                                                     .suspense_us = now_us},
                                   NULL);
}

enum failure top_up_store_note(struct transaction *transaction, struct subject_key key,
                               const struct top_up_act *act)
{
    return payments_top_up_act_insert(
        transaction,
        &(struct payments_top_up_act_insert){.account_id = key.account_id,
                                             .top_up_id = key.subject_id,
                                             .act_us = act->now_us,
                                             .act = act->act,
                                             .principal_id = act->principal_id,
                                             .remark = act->remark},
        NULL);
}

static void sums_read(const struct rows *rows, struct top_up_sums *sums)
{
    sums->count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        struct payments_top_up_sum_under_way_row row = payments_top_up_sum_under_way_row(rows, i);
        sums->sums[i] =
            (struct top_up_sum){row.received, currency_find(row.currency), row.sum_micros};
    }
}

enum failure top_up_store_sum_under_way(struct reader reader, struct id account_id,
                                        struct top_up_sums *sums)
{
    struct rows rows;
    enum failure failure = payments_top_up_sum_under_way_alone(
        reader, &(struct payments_top_up_sum_under_way){.target_account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        sums_read(&rows, sums);
    return failure;
}

enum failure top_up_store_look_under_way(struct transaction *transaction, struct id account_id,
                                         struct top_up_sums *sums)
{
    struct rows rows;
    enum failure failure = payments_top_up_sum_under_way(
        transaction, &(struct payments_top_up_sum_under_way){.target_account_id = account_id},
        &rows);
    if (failure == FAILURE_NONE)
        sums_read(&rows, sums);
    return failure;
}

enum failure wire_receipt_store_find(struct transaction *transaction,
                                     const struct wire_receipt *receipt, struct wire_facts *facts)
{
    struct rows rows;
    enum failure failure = payments_wire_receipt_find(
        transaction,
        &(struct payments_wire_receipt_find){.bank = receipt->bank,
                                             .statement = receipt->statement,
                                             .statement_line = receipt->statement_line},
        &rows);
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    facts->recorded = true;
    struct payments_wire_receipt_find_row row = payments_wire_receipt_find_row(&rows, 0);
    facts->recorded_top_up_id = row.top_up_id;
    facts->recorded_micros = row.amount_micros;
    return FAILURE_NONE;
}

enum failure wire_receipt_store_insert(struct transaction *transaction,
                                       const struct wire_receipt *receipt, struct id top_up_id,
                                       const char *recorded_by, int64_t now_us)
{
    struct rows rows;
    enum failure failure = payments_wire_receipt_insert(
        transaction,
        &(struct payments_wire_receipt_insert){.bank = receipt->bank,
                                               .statement = receipt->statement,
                                               .statement_line = receipt->statement_line,
                                               .account_id = receipt->account_id,
                                               .top_up_id = top_up_id,
                                               .amount_micros = receipt->amount_micros,
                                               .recorded_by = recorded_by,
                                               .recorded_us = now_us},
        &rows);
    return failure == FAILURE_NONE && rows.affected == 0 ? FAILURE_CONFLICT : failure;
}

enum failure top_up_store_count_open(struct reader reader, int64_t slow_before_us,
                                     struct top_up_counts *counts)
{
    struct rows rows;
    enum failure failure = payments_top_up_count_open_alone(
        reader, &(struct payments_top_up_count_open){.slow_before_us = slow_before_us}, &rows);
    if (failure == FAILURE_NONE) {
        struct payments_top_up_count_open_row row = payments_top_up_count_open_row(&rows, 0);
        *counts = (struct top_up_counts){row.open, row.slow, row.manual, row.nobodys,
                                         row.oldest_doubt_us};
    }
    return failure;
}
