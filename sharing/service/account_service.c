#include "runtime/rpc/timestamp.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/account_rpc.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

static int open_account(struct mutation *mutation, const struct open_account *request,
                        Sharing__V1__OpenAccountResponse *response)
{
    (void)response;
    return account_store_open(mutation->transaction,
                              (struct company_key){request->company_id, request->account_id},
                              request->corporate, request->verified, mutation->now_us);
}

/* ---- who pays for whom (SHR-09, SHR-11): answered with the relation as it then is ---- */

struct relation_change {
    struct company_key account;
    struct id payer_id;
    enum failure (*keep)(struct transaction *transaction, struct company_key account,
                         struct id payer_id, int64_t now_us);
};

static int change_relation(struct mutation *mutation, const struct relation_change *change,
                           struct interval *relation)
{
    const struct id both[] = {change->account.id, change->payer_id};
    struct share_party *parties;
    bool found = false;
    int no = account_store_read_parties(mutation->transaction,
                                        (struct company_key){change->account.company_id, nobody},
                                        both, 2, &parties);
    if (no == 0)
        no = refuse_unless(mutation->call, accounts_in_company_decide(parties, 2));
    if (no == 0)
        no = change->keep(mutation->transaction, change->account, change->payer_id,
                          mutation->now_us);
    if (no == 0)
        no = payment_store_read(mutation->transaction, change->account, change->payer_id, relation,
                                &found);
    return no == 0 ? refuse_unless(mutation->call, relation_found_decide(found)) : no;
}

static int start_payment_relation(struct mutation *mutation,
                                  const struct start_payment_relation *request,
                                  Sharing__V1__StartPaymentRelationResponse *response)
{
    const struct relation_change change = {.account = {request->company_id, request->account_id},
                                           .payer_id = request->payer_account_id,
                                           .keep = payment_store_start};
    struct interval relation;
    int no = change_relation(mutation, &change, &relation);
    if (no == 0)
        response->started_time = timestamp_from_us(call_arena(mutation->call), relation.start_us);
    return no;
}

static int end_payment_relation(struct mutation *mutation,
                                const struct end_payment_relation *request,
                                Sharing__V1__EndPaymentRelationResponse *response)
{
    const struct relation_change change = {.account = {request->company_id, request->account_id},
                                           .payer_id = request->payer_account_id,
                                           .keep = payment_store_end};
    struct interval relation;
    int no = change_relation(mutation, &change, &relation);
    if (no == 0)
        response->ended_time = timestamp_from_us(call_arena(mutation->call), relation.end_us);
    return no;
}
