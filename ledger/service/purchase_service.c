#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/start.h"
#include "ledger/service/order_call.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"

ORDER_RPC(purchase_service_create_purchase, Ledger__V1__PurchaseService, create_purchase,
          Ledger__V1__CreatePurchaseRequest, Ledger__V1__CreatePurchaseResponse)
ORDER_RPC(purchase_service_refund_purchase, Ledger__V1__PurchaseService, refund_purchase,
          Ledger__V1__RefundPurchaseRequest, Ledger__V1__RefundPurchaseResponse)

static int purchase_service_get_purchase_call(struct call *call,
                                              const Ledger__V1__GetPurchaseRequest *request,
                                              Ledger__V1__GetPurchaseResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id purchase_id = field_id(call, "purchase_id", request->purchase_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct purchase_found found;
    int no =
        history_store_find_purchase(reader_of(call_task(call), ledger->database), company_id,
                                    account_id, entry_sequence(company_id, purchase_id), &found);
    if (no != 0)
        return no;
    if (found.purchase.sequence == 0)
        return call_refuse(call, &purchase_unknown, NO_TERMS);
    response->purchase =
        answer_purchase(call_arena(call), &found.purchase, found.remark, found.tag);
    return response->purchase != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(purchase_service_get_purchase, Ledger__V1__PurchaseService,
          Ledger__V1__GetPurchaseRequest, Ledger__V1__GetPurchaseResponse)

void purchase_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__PurchaseService_Service service =
        LEDGER__V1__PURCHASE_SERVICE__INIT(purchase_service_);
    rpc_server_mount(server, &service.base, ledger);
}
