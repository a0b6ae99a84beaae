#include "runtime/rpc/timestamp.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/account_rpc.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

static int open_account(struct mutation *mutation, const struct open_account *request,
                        Sharing__V1__OpenAccountResponse *response)
{
    (void)response;
    return account_store_open(mutation->transaction, request->company_id, request->account_id,
                              request->corporate, request->verified, mutation->now_us);
}

/* ---- who pays for whom (SHR-09, SHR-11): answered with the relation as it then is ---- */

struct relation_change {
    struct id company_id;
    struct id account_id;
    struct id payer_id;
    enum failure (*keep)(struct transaction *transaction, struct id company_id,
                         struct id account_id, struct id payer_id, int64_t now_us);
};

static int change_relation(struct mutation *mutation, const struct relation_change *change,
                           struct interval *relation)
{
    const struct id both[] = {change->account_id, change->payer_id};
    struct share_party *parties;
    bool found = false;
    int no = account_store_read_parties(mutation->transaction, change->company_id, (struct id){{0}},
                                        both, 2, &parties);
    if (no == 0 && !(parties[0].same_company && parties[1].same_company))
        return call_refuse(mutation->call, &no_such_account, NO_TERMS);
    if (no == 0)
        no = change->keep(mutation->transaction, change->company_id, change->account_id,
                          change->payer_id, mutation->now_us);
    if (no == 0)
        no = account_store_read_payment(mutation->transaction, change->company_id,
                                        change->account_id, change->payer_id, relation, &found);
    if (no == 0 && !found)
        return call_refuse(mutation->call, &no_such_relation, NO_TERMS);
    return no;
}

static int start_payment_relation(struct mutation *mutation,
                                  const struct start_payment_relation *request,
                                  Sharing__V1__StartPaymentRelationResponse *response)
{
    const struct relation_change change = {request->company_id, request->account_id,
                                           request->payer_account_id, account_store_start_payment};
    struct interval relation;
    int no = change_relation(mutation, &change, &relation);
    if (no != 0)
        return no;
    response->started_time = timestamp_from_us(call_arena(mutation->call), relation.start_us);
    return 0;
}

static int end_payment_relation(struct mutation *mutation,
                                const struct end_payment_relation *request,
                                Sharing__V1__EndPaymentRelationResponse *response)
{
    const struct relation_change change = {request->company_id, request->account_id,
                                           request->payer_account_id, account_store_end_payment};
    struct interval relation;
    int no = change_relation(mutation, &change, &relation);
    if (no != 0)
        return no;
    response->ended_time = timestamp_from_us(call_arena(mutation->call), relation.end_us);
    return 0;
}
