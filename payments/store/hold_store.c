#include "payments/store/hold_store.h"

#include <assert.h>

#include "payments/store/queries.h"

enum failure hold_store_insert(struct transaction *transaction, const struct card_hold *hold,
                               int64_t next_us)
{
    assert(!id_is_nil(hold->hold_id) && !id_is_nil(hold->payment_method_id));
    return payments_hold_insert(
        transaction,
        &(struct payments_hold_insert){.account_id = hold->account_id,
                                       .hold_id = hold->hold_id,
                                       .payment_method_id = hold->payment_method_id,
                                       .state = hold_state_name(HOLD_RECORDED),
                                       .amount_micros = HOLD_AMOUNT_MICROS,
                                       .currency = HOLD_CURRENCY,
                                       .next_us = next_us,
                                       .created_us = hold->created_us},
        NULL);
}

enum failure hold_store_find(struct reader reader, struct subject_key key, struct card_hold **hold)
{
    struct rows rows;
    enum failure failure = payments_hold_find_alone(
        reader,
        &(struct payments_hold_find){.account_id = key.account_id, .hold_id = key.subject_id},
        &rows);
    *hold = NULL;
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    *hold = arena_alloc(reader_arena(reader), sizeof(**hold));
    struct payments_hold_find_row row = payments_hold_find_row(&rows, 0);
    **hold = (struct card_hold){
        .account_id = row.account_id,
        .hold_id = row.hold_id,
        .payment_method_id = row.payment_method_id,
        .provider_id = row.provider_id,
        .tries = row.tries,
        .created_us = row.created_us,
        .authorized_us = row.authorized_us,
    };
    return hold_state_find(row.state, &(*hold)->state) ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure hold_store_claim(struct reader reader, const struct claim *claim,
                              struct subject_keys *taken)
{
    struct rows rows;
    enum failure failure = payments_hold_claim_alone(
        reader,
        &(struct payments_hold_claim){
            .now_us = claim->now_us, .lease_us = claim->lease_us, .limit = (int64_t)claim->limit},
        &rows);
    if (failure == FAILURE_NONE)
        subject_keys_read(reader, &rows, taken);
    return failure;
}

enum failure hold_store_change(struct transaction *transaction, const struct card_hold *hold,
                               const struct hold_change *change, bool *changed)
{
    struct rows rows;
    enum failure failure = payments_hold_change(
        transaction,
        &(struct payments_hold_change){.account_id = hold->account_id,
                                       .hold_id = hold->hold_id,
                                       .state = hold_state_name(hold->state),
                                       .next = hold_state_name(change->next),
                                       .provider_id = change->provider_id,
                                       .tries = change->tries,
                                       .next_us = hold_is_open(change->next) ? change->next_us : 0,
                                       .now_us = change->now_us},
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure hold_store_count_open(struct reader reader, int64_t alarm_before_us,
                                   struct hold_counts *counts)
{
    struct rows rows;
    enum failure failure = payments_hold_count_open_alone(
        reader, &(struct payments_hold_count_open){.alarm_before_us = alarm_before_us}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct payments_hold_count_open_row row = payments_hold_count_open_row(&rows, 0);
    *counts = (struct hold_counts){row.open, row.late, row.oldest_us};
    return FAILURE_NONE;
}
