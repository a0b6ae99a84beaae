#include "ledger/service/order_call.h"
#include "runtime/base/clock.h"

ORDER_RPC(top_up_service_credit_top_up, Ledger__V1__TopUpService, credit_top_up, Ledger__V1__CreditTopUpRequest,
          Ledger__V1__CreditTopUpResponse)
ORDER_RPC(top_up_service_create_adjustment, Ledger__V1__TopUpService, create_adjustment, Ledger__V1__CreateAdjustmentRequest,
          Ledger__V1__CreateAdjustmentResponse)

void top_up_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__TopUpService_Service service = LEDGER__V1__TOP_UP_SERVICE__INIT(top_up_service_);
    rpc_server_mount(server, &service.base, ledger);
}
