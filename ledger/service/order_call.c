#include "ledger/service/order_call.h"

#include "ledger/service/placing.h"
#include "runtime/idempotency/call_origin.h"
#include "runtime/rpc/message.h"

int order_unreadable(struct call *call, struct reading_problems problems)
{
    for (size_t i = 0; i < problems.count; i++)
        call_add_field_violation(call, problems.list[i].field, problems.list[i].fault,
                                 problems.list[i].sentence);
    return call_refuse_violations(call);
}

int order_settle(struct call *call, struct batch_item *item)
{
    struct ledger *ledger = call_context(call);
    item->order.origin = call_origin(call);
    int no = placing_orders(call_task(call), ledger, item, 1);
    if (no == 0)
        no = batcher_submit(call_task(call), ledger->batcher, call_arena(call), item, 1);
    if (no == 0)
        no = item->failure;
    if (no == 0 && item->replayed)
        call_set_trailer(call, "kontor-replayed", "true");
    return no;
}

int order_call(struct call *call, struct reading_problems problems, struct batch_item *item,
               ProtobufCMessage *response)
{
    if (problems.count > 0)
        return order_unreadable(call, problems);
    int no = order_settle(call, item);
    if (no != 0)
        return no;
    if (item->code != CODE_OK)
        return call_refuse_packed(call, item->code, item->answer);
    return message_set_packed(call_arena(call), response, item->answer) ? 0 : FAILURE_EXHAUSTED;
}
