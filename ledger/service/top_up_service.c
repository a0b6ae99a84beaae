#include "ledger/service/start.h"
#include "ledger/service/order_call.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"

ORDER_RPC(top_up_service_credit_top_up, Ledger__V1__TopUpService, credit_top_up,
          Ledger__V1__CreditTopUpRequest, Ledger__V1__CreditTopUpResponse)
ORDER_RPC(top_up_service_create_adjustment, Ledger__V1__TopUpService, create_adjustment,
          Ledger__V1__CreateAdjustmentRequest, Ledger__V1__CreateAdjustmentResponse)

ORDER_RPC(top_up_service_release_top_up, Ledger__V1__TopUpService, release_top_up,
          Ledger__V1__ReleaseTopUpRequest, Ledger__V1__ReleaseTopUpResponse)

/* The promise is the request id itself: once it is kept for this, a CreditTopUp under it is another
 * body, for ever. */
static int forgo_top_up(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    (void)mutation, (void)response, (void)argument;
    return 0;
}

static int top_up_service_forgo_top_up_call(struct call *call,
                                            const Ledger__V1__ForgoTopUpRequest *request,
                                            Ledger__V1__ForgoTopUpResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    field_id(call, "account_id", request->account_id);
    field_id(call, "top_up_id", request->top_up_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, ledger->database, company_id, request, response, forgo_top_up, NULL);
}
RPC_UNARY(top_up_service_forgo_top_up, Ledger__V1__TopUpService, Ledger__V1__ForgoTopUpRequest,
          Ledger__V1__ForgoTopUpResponse)

void top_up_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__TopUpService_Service service =
        LEDGER__V1__TOP_UP_SERVICE__INIT(top_up_service_);
    rpc_server_mount(server, &service.base, ledger);
}
