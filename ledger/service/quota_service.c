#include "ledger/domain/refusals.h"
#include "ledger/batch/answer.h"
#include "ledger/service/start.h"
#include "ledger/service/order_call.h"
#include "ledger/store/history_store.h"
#include "ledger/store/quota_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/field.h"

ORDER_RPC(quota_service_set_quota, Ledger__V1__QuotaService, set_quota, Ledger__V1__SetQuotaRequest,
          Ledger__V1__SetQuotaResponse)
ORDER_RPC(quota_service_offset_quota, Ledger__V1__QuotaService, offset_quota,
          Ledger__V1__OffsetQuotaRequest, Ledger__V1__OffsetQuotaResponse)

/* The account, and up to limit of its quotas after one sub-account (nil: from the first), or that
 * of one (nil: of all); other than 0: to be returned. */
struct quota_reading {
    struct id company_id, account_id, after, only;
    size_t limit;
    struct account account;
    struct quota *quotas;
    size_t count;
};

static int look(struct call *call, struct quota_reading *look)
{
    struct ledger *ledger = call_context(call);
    bool found;
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no =
        history_store_read_balance(reader_of(call_task(call), ledger->database), look->company_id,
                                   look->account_id, clock_now_us(), &look->account, &found);
    if (no == 0 && !found)
        return call_refuse(call, &account_unknown, NO_TERMS);
    if (no == 0)
        no = quota_store_list(reader_of(call_task(call), ledger->database), look->company_id,
                              look->account_id, look->after, look->only, look->limit, &look->quotas,
                              &look->count);
    return no;
}

static int quota_service_get_quota_call(struct call *call,
                                        const Ledger__V1__GetQuotaRequest *request,
                                        Ledger__V1__GetQuotaResponse *response)
{
    struct quota_reading looked = {.company_id = field_id(call, "company_id", request->company_id),
                                   .account_id = field_id(call, "account_id", request->account_id),
                                   .only =
                                       field_id(call, "sub_account_id", request->sub_account_id),
                                   .limit = 1};
    int no = look(call, &looked);
    if (no != 0)
        return no;
    if (looked.count == 0)
        return call_refuse(call, &quota_unknown, NO_TERMS);
    struct quota_terms terms = quota_terms(&looked.quotas[0]);
    struct allowance purchasable = quota_explained(&terms, &looked.account);
    response->quota = answer_quota(call_arena(call), &looked.account, looked.only, &terms);
    response->purchasable = answer_allowance(call_arena(call), &purchasable);
    return response->quota != NULL && response->purchasable != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(quota_service_get_quota, Ledger__V1__QuotaService, Ledger__V1__GetQuotaRequest,
          Ledger__V1__GetQuotaResponse)

static int quota_service_list_quotas_call(struct call *call,
                                          const Ledger__V1__ListQuotasRequest *request,
                                          Ledger__V1__ListQuotasResponse *response)
{
    struct arena *arena = call_arena(call);
    size_t page_size = field_page_size(call, request->page_size);
    struct quota_reading looked = {.company_id = field_id(call, "company_id", request->company_id),
                                   .account_id = field_id(call, "account_id", request->account_id),
                                   .limit = page_size + 1};
    if (request->page_token[0] != '\0' && !id_parse(request->page_token, &looked.after))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR, "is not one of ours");
    int no = look(call, &looked);
    if (no != 0)
        return no;
    size_t count = looked.count < page_size ? looked.count : page_size;
    response->quotas = arena_alloc_array(arena, count + 1, sizeof *response->quotas);
    for (; response->n_quotas < count; response->n_quotas++) {
        const struct quota *quota = &looked.quotas[response->n_quotas];
        struct quota_terms terms = quota_terms(quota);
        if ((response->quotas[response->n_quotas] =
                 answer_quota(arena, &looked.account, quota->sub_account_id, &terms)) == NULL)
            return FAILURE_EXHAUSTED;
    }
    if (looked.count > page_size)
        response->next_page_token = answer_id(arena, looked.quotas[count - 1].sub_account_id);
    return 0;
}
RPC_UNARY(quota_service_list_quotas, Ledger__V1__QuotaService, Ledger__V1__ListQuotasRequest,
          Ledger__V1__ListQuotasResponse)

void quota_service_mount(struct rpc_server *server, struct ledger *ledger)
{
    static Ledger__V1__QuotaService_Service service =
        LEDGER__V1__QUOTA_SERVICE__INIT(quota_service_);
    rpc_server_mount(server, &service.base, ledger);
}
