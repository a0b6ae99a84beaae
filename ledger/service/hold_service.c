#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/hold_rpc.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"

static int get_hold(struct call *call, const struct get_hold *request,
                    Ledger__V1__GetHoldResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct hold hold;
    int no = history_store_find_hold(reader_of(call_task(call), ledger->database),
                                     request->company_id, request->account_id,
                                     entry_sequence(request->company_id, request->hold_id), &hold);
    if (no != 0)
        return no;
    if (hold.sequence == 0)
        return call_refuse(call, &hold_unknown, NO_TERMS);
    response->hold = hold_to_message(call_arena(call), &hold, clock_of_us(request->company_id));
    return 0;
}
