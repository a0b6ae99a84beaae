#include "ledger/ledger.h"
#include "ledger/service/funding.h"
#include "ledger/service/revocable.h"

#define request_funding_read request_funding_read
#define decline_funding_request_read decline_funding_request_read
#define request_funding_linkage extern
#define withdraw_funding_request_linkage extern
#define decline_funding_request_linkage extern
#define list_funding_requests_linkage extern
#include "ledger/service/allocation_rpc.h"

static int get_reclaimable(struct call *call, const struct get_reclaimable *request,
                           Ledger__V1__GetReclaimableResponse *response)
{
    struct batch_item item = {.order = {.kind = ORDER_RECLAIM_FROM_SUB_ACCOUNT,
                                        .company_id = request->company_id,
                                        .account_id = request->account_id,
                                        .counterparty_id = request->destination_account_id}};
    struct revocable revocable;
    int no = revocable_read(call, &item, &revocable);
    if (no != 0)
        return no;
    response->reclaimable = revocable.allowance;
    response->currency = revocable.currency;
    return 0;
}
