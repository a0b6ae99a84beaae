#include "payments/jobs/top_up_event.h"

#include <assert.h>

#include "payments/top_up_message.h"
#include "runtime/database/act_log.h"
#include "runtime/rpc/timestamp.h"

/* Our own step is an actor, too (GW-07): upon the provider's or the bank's word, or after an
 * operator's. */
static enum failure keep_act(struct transaction *transaction, const struct top_up *top_up,
                             const struct act *ended)
{
    struct act act = *ended;
    act.account_id = top_up->account_id;
    act.object_id = top_up->top_up_id;
    act.tag = top_up->remark;
    return act_append_of_step(transaction, "payments.settle_top_up", &act);
}

enum failure top_up_tell_succeeded(struct transaction *transaction, const struct top_up *top_up,
                                   int64_t now_us)
{
    Payments__V1__TopUpSucceeded event = PAYMENTS__V1__TOP_UP_SUCCEEDED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.rail = top_up_rail_to_message(top_up->rail);
    event.remark = arena_strdup(arena, top_up->remark);
    event.succeeded_time = timestamp_from_us(arena, now_us);
    enum failure failure = keep_act(
        transaction, top_up,
        &(const struct act){.action = "payments.top_up.succeed", .reason = "", .act_us = now_us});
    return failure != FAILURE_NONE
               ? failure
               : payments_tell(transaction, top_up->account_id, &event.base, now_us);
}

enum failure top_up_tell_failed(struct transaction *transaction, const struct top_up *top_up,
                                const char *reason, int64_t now_us)
{
    Payments__V1__TopUpFailed event = PAYMENTS__V1__TOP_UP_FAILED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.failure_reason = arena_strdup(arena, reason);
    event.failed_time = timestamp_from_us(arena, now_us);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    enum failure failure = keep_act(
        transaction, top_up,
        &(const struct act){.action = "payments.top_up.fail", .reason = reason, .act_us = now_us});
    return failure != FAILURE_NONE
               ? failure
               : payments_tell(transaction, top_up->account_id, &event.base, now_us);
}

enum failure top_up_tell_returned(struct transaction *transaction, const struct top_up *top_up,
                                  int64_t now_us)
{
    Payments__V1__TopUpReturned event = PAYMENTS__V1__TOP_UP_RETURNED__INIT;
    struct arena *arena = transaction_arena(transaction);
    event.top_up_id = id_to_message(arena, top_up->top_up_id);
    event.account_id = id_to_message(arena, top_up->account_id);
    event.target_account_id = id_to_message(arena, top_up->target_account_id);
    event.amount_micros = top_up->amount_micros;
    event.currency = arena_strdup(arena, top_up->currency->code);
    event.was_in_suspense = top_up->suspense_us != 0;
    event.returned_time = timestamp_from_us(arena, now_us);
    enum failure failure = keep_act(
        transaction, top_up,
        &(const struct act){.action = "payments.top_up.refund", .reason = "", .act_us = now_us});
    return failure != FAILURE_NONE
               ? failure
               : payments_tell(transaction, top_up->account_id, &event.base, now_us);
}
