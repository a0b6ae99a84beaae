#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/purchase_rpc.h"
#include "ledger/store/history_store.h"

static int get_purchase(struct call *call, const struct get_purchase *request,
                        Ledger__V1__GetPurchaseResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct purchase_found found;
    int no = history_store_find_purchase(
        reader_of(call_task(call), ledger->database), request->company_id, request->account_id,
        entry_sequence(request->company_id, request->purchase_id), &found);
    if (no != 0)
        return no;
    if (found.purchase.sequence == 0)
        return call_refuse(call, &purchase_unknown, NO_TERMS);
    response->purchase =
        purchase_to_message(call_arena(call), &found.purchase, found.remark, found.tag);
    return 0;
}
