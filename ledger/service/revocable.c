#include "ledger/service/revocable.h"

#include <string.h>

#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/placing.h"

/* Asks the very question that the order asks, with an amount that always exceeds, and reads the
 * allowance of the answer. */
int revocable_read(struct call *call, struct batch_item *item, struct revocable *revocable)
{
    struct ledger *ledger = call_context(call);
    struct order *order = &item->order;
    struct account account;
    int no = account_read(call, order->company_id, order->account_id, &account);
    if (no != 0)
        return no;
    order->amount_micros = ACCOUNT_MICROS_MAX;
    order->remark = order->tag = "";
    order->scope_id = account_scope(&account);
    memcpy(order->currency, account.currency, sizeof account.currency);
    struct order_outcome *outcome;
    no = placing_orders(call_task(call), ledger, item, 1);
    if (no == 0)
        no = batcher_preview(call_task(call), ledger, item, &outcome);
    if (no != 0)
        return no;
    if (outcome->allowance.term_count == 0)
        return call_refuse_packed(call, item->code, item->answer);
    revocable->allowance = allowance_to_message(call_arena(call), &outcome->allowance);
    revocable->currency = arena_strdup(call_arena(call), account.currency);
    return 0;
}
