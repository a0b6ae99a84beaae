#include "ledger/service/paid_act.h"

#include "ledger/ledger.h"
#include "ledger/store/account_store.h"
#include "ledger/store/act_store.h"
#include "runtime/base/clock.h"
#include "runtime/database/once.h"
#include "runtime/idempotency/call_actor.h"

struct noting {
    const struct order *order;
    struct once_key key;
    struct noted_act act;
};

/* Where who pays and who orders are in one chain, the entry is both's. */
static enum failure note_there(struct transaction *transaction, struct noting *noting)
{
    const struct order *order = noting->order;
    struct locked_account locked;
    enum failure failure =
        account_store_lock(transaction, order->scope_id, order->sub_account_id, &locked);
    if (failure != FAILURE_NONE || !locked.found ||
        id_equal(locked.account.company_id, order->company_id))
        return failure;
    noting->act.company_id = locked.account.company_id;
    return act_store_note(transaction, &noting->act);
}

static enum failure note_once(struct transaction *transaction, void *argument)
{
    static const uint8_t of_nothing[32];
    struct noting *noting = argument;
    struct once_taken taken;
    enum failure failure =
        once_take(transaction, &noting->key, of_nothing, noting->act.now_us, &taken);
    if (failure != FAILURE_NONE || taken.state != ONCE_NEW)
        return failure;
    failure = note_there(transaction, noting);
    return failure != FAILURE_NONE ? failure
                                   : once_keep(transaction, &noting->key,
                                               &(struct once_answer){CODE_OK, {of_nothing, 0}});
}

/* A not-yet that passes later is two acts: each has its reason. */
static struct once_key key_of(const struct order *order, const char *reason)
{
    struct id named = order_request_key(order->scope_id, order->origin.id, order->request_id);
    return (struct once_key){.scope_id = order->scope_id,
                             .request_id = id_derive(named, reason),
                             .origin = origin_of_step("ledger.note_paid_act")};
}

enum failure paid_act_note(struct call *call, const struct batch_item *item, const char *action)
{
    struct ledger *ledger = call_context(call);
    const struct order *order = &item->order;
    const char *reason = call_refusal_reason(call);
    struct noting noting = {.order = order,
                            .key = key_of(order, reason),
                            .act = {.account_id = order->sub_account_id,
                                    .action = action,
                                    .amount_micros = order->amount_micros,
                                    .currency = order->currency,
                                    .remark = order->remark,
                                    .reason = reason,
                                    .actor = call_actor(call),
                                    .now_us = clock_of_us(order->scope_id)}};
    return database_transact_in(call_task(call), ledger->database, order->scope_id, note_once,
                                &noting) == FAILURE_NONE
               ? FAILURE_NONE
               : FAILURE_INDEFINITE;
}
