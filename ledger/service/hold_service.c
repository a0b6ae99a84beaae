#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/start.h"
#include "ledger/service/order_call.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"

ORDER_RPC(hold_service_place_hold, Ledger__V1__HoldService, place_hold,
          Ledger__V1__PlaceHoldRequest, Ledger__V1__PlaceHoldResponse)
ORDER_RPC(hold_service_capture_hold, Ledger__V1__HoldService, capture_hold,
          Ledger__V1__CaptureHoldRequest, Ledger__V1__CaptureHoldResponse)
ORDER_RPC(hold_service_void_hold, Ledger__V1__HoldService, void_hold, Ledger__V1__VoidHoldRequest,
          Ledger__V1__VoidHoldResponse)

static int hold_service_get_hold_call(struct call *call, const Ledger__V1__GetHoldRequest *request,
                                      Ledger__V1__GetHoldResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id hold_id = field_id(call, "hold_id", request->hold_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct hold hold;
    int no = history_store_find_hold(reader_of(call_task(call), ledger->database), company_id,
                                     account_id, entry_sequence(company_id, hold_id), &hold);
    if (no != 0)
        return no;
    if (hold.sequence == 0)
        return call_refuse(call, &hold_unknown, NO_TERMS);
    response->hold = answer_hold(call_arena(call), &hold, clock_now_us());
    return response->hold != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(hold_service_get_hold, Ledger__V1__HoldService, Ledger__V1__GetHoldRequest,
          Ledger__V1__GetHoldResponse)

void hold_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__HoldService_Service service = LEDGER__V1__HOLD_SERVICE__INIT(hold_service_);
    rpc_server_mount(server, &service.base, ledger);
}
