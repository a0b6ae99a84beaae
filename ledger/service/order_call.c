#include "ledger/service/order_call.h"

#include "runtime/idempotency/call_origin.h"
#include "runtime/rpc/message.h"

enum code order_call(struct call *call, struct reading_problem problem, struct batch_item *item,
                     ProtobufCMessage *response)
{
    struct ledger *ledger = call_context(call);
    if (problem.field != NULL)
        return call_invalid(call, problem.field, problem.sentence);
    item->order.origin = call_origin(call);
    enum failure failure =
        batcher_submit(call_task(call), ledger->batcher, call_arena(call), item, 1);
    if (failure == FAILURE_NONE)
        failure = item->failure;
    if (failure != FAILURE_NONE)
        return call_fail(call, failure);
    if (item->replayed)
        call_set_trailer(call, "kontor-replayed", "true");
    if (item->code != CODE_OK)
        return call_refuse_packed(call, item->code, item->answer);
    return message_set_packed(call_arena(call), response, item->answer)
               ? CODE_OK
               : call_fail(call, FAILURE_EXHAUSTED);
}
