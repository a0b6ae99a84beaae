#include "ledger/service/freeze_rpc.h"
#include "ledger/store/freeze_store.h"

static int raise_fence(struct call *call, const struct raise_fence *request,
                       Ledger__V1__RaiseFenceResponse *response)
{
    struct ledger *ledger = call_context(call);
    (void)response;
    return freeze_store_raise(reader_of(call_task(call), ledger->database), request->freeze_epoch);
}
