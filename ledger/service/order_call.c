#include "ledger/service/order_call.h"

#include "runtime/idempotency/call_origin.h"
#include "runtime/rpc/message.h"

int order_call(struct call *call, struct reading_problem problem, struct batch_item *item,
               ProtobufCMessage *response)
{
    struct ledger *ledger = call_context(call);
    if (problem.field != NULL)
        return call_invalid(call, problem.field, problem.sentence);
    item->order.origin = call_origin(call);
    int no = batcher_submit(call_task(call), ledger->batcher, call_arena(call), item, 1);
    if (no == 0)
        no = item->failure;
    if (no != 0)
        return no;
    if (item->replayed)
        call_set_trailer(call, "kontor-replayed", "true");
    if (item->code != CODE_OK)
        return call_refuse_packed(call, item->code, item->answer);
    return message_set_packed(call_arena(call), response, item->answer) ? 0 : FAILURE_EXHAUSTED;
}
