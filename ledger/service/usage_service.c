#include "ledger/service/start.h"
#include "ledger/service/order_call.h"
#include "runtime/base/clock.h"

ORDER_RPC(usage_service_record_usage, Ledger__V1__UsageService, record_usage,
          Ledger__V1__RecordUsageRequest, Ledger__V1__RecordUsageResponse)
ORDER_RPC(usage_service_settle_usage, Ledger__V1__UsageService, settle_usage,
          Ledger__V1__SettleUsageRequest, Ledger__V1__SettleUsageResponse)
ORDER_RPC(usage_service_pay_bills, Ledger__V1__UsageService, pay_bills, Ledger__V1__PayBillsRequest,
          Ledger__V1__PayBillsResponse)

void usage_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__UsageService_Service service =
        LEDGER__V1__USAGE_SERVICE__INIT(usage_service_);
    rpc_server_mount(server, &service.base, ledger);
}
