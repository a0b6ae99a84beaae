#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/quota_rpc.h"
#include "ledger/store/quota_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"

/* Reads the account, then those of its quotas that are wanted. */
static int read_quotas(struct call *call, const struct quotas_wanted *wanted,
                       struct account *account, struct quotas *quotas)
{
    struct ledger *ledger = call_context(call);
    int no = account_read(call, wanted->company_id, wanted->account_id, account);
    return no != 0 ? no
                   : quota_store_list(reader_of(call_task(call), ledger->database), wanted, quotas);
}

/* Of one that is not open nothing was bought: what a purchase would hear. */
static int read_unopened(struct call *call, const struct quotas_wanted *wanted, struct quota *quota)
{
    struct ledger *ledger = call_context(call);
    int no = quota_store_find(reader_of(call_task(call), ledger->database), wanted, quota);
    if (no == 0 && !quota_is_agreed(quota))
        no = call_refuse(call, quota_refusal(QUOTA_NOT_AGREED), NO_TERMS);
    else if (no == 0 && quota_is_banned(quota))
        no = call_refuse(call, quota_refusal(QUOTA_UNKNOWN), NO_TERMS);
    return no;
}

static int get_quota(struct call *call, const struct get_quota *request,
                     Ledger__V1__GetQuotaResponse *response)
{
    struct account account;
    struct quota quota;
    struct quotas quotas;
    const struct quotas_wanted wanted = {.company_id = request->company_id,
                                         .account_id = request->account_id,
                                         .only_id = request->sub_account_id,
                                         .limit = 1,
                                         .now_us = clock_of_us(request->company_id)};
    int no = read_quotas(call, &wanted, &account, &quotas);
    if (no == 0 && quotas.count > 0)
        quota = quotas.rows[0];
    else if (no == 0)
        no = read_unopened(call, &wanted, &quota);
    if (no != 0)
        return no;
    struct quota_terms terms = quota_terms(&quota);
    struct allowance purchasable = quota_explained(&quota, &account);
    response->quota = quota_to_message(call_arena(call), &account, request->sub_account_id, &terms);
    response->purchasable = allowance_to_message(call_arena(call), &purchasable);
    return 0;
}

static int list_quotas(struct call *call, const struct list_quotas *request,
                       Ledger__V1__ListQuotasResponse *response)
{
    struct arena *arena = call_arena(call);
    struct account account;
    struct quotas quotas;
    int no = read_quotas(call,
                         &(struct quotas_wanted){.company_id = request->company_id,
                                                 .account_id = request->account_id,
                                                 .after_id = request->after_id,
                                                 .limit = page_limit(request->page_size),
                                                 .now_us = clock_of_us(request->company_id)},
                         &account, &quotas);
    if (no != 0)
        return no;
    bool follows = quotas.count > request->page_size;
    size_t count = follows ? request->page_size : quotas.count;
    response->quotas = arena_alloc_array(arena, count + 1, sizeof *response->quotas);
    for (; response->n_quotas < count; response->n_quotas++) {
        const struct quota *quota = &quotas.rows[response->n_quotas];
        struct quota_terms terms = quota_terms(quota);
        response->quotas[response->n_quotas] =
            quota_to_message(arena, &account, quota->sub_account_id, &terms);
    }
    if (follows)
        response->next_page_token = page_token_of_id(call, quotas.rows[count - 1].sub_account_id);
    return 0;
}
