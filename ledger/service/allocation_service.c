#include "ledger/ledger.h"
#include "ledger/service/revocable.h"

#define get_reclaimable_read get_reclaimable_read
#include "ledger/service/allocation_rpc.h"

static void get_reclaimable_read(struct call *call,
                                 const Ledger__V1__GetReclaimableRequest *message,
                                 struct get_reclaimable *request)
{
    get_reclaimable_fields(call, message, request);
    if (id_equal(request->destination_account_id, request->account_id))
        call_add_field_violation(call, "destination_account_id", FAULT_SAME_AS_ACTING,
                                 "Must be another account.");
}

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
