#include "runtime/base/log.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/moving.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/placing.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

#define open_account_place placing_none
#include "sharing/service/account_rpc.h"

/* ---- opening an account, whose benefits may follow it (ID-31, R9) ---- */

/* All of a company is moved by one who is alone with it; that it has moved meanwhile is seen. */
static enum failure follow(struct mutation *mutation, struct benefit_home *home)
{
    struct transaction *transaction = mutation->transaction;
    int64_t rows = 0;
    enum failure failure = company_store_take(transaction, &home->company_id);
    if (failure == FAILURE_NONE)
        failure = company_store_hold(transaction, &home->verified_company_id);
    if (failure != FAILURE_NONE || !benefits_follow(home))
        return failure;
    failure = company_store_count(transaction, home->company_id, MOVING_ROWS_MAX + 1, &rows);
    if (failure == FAILURE_NONE && !benefits_can_move(rows)) {
        log_write(LOG_WARN, "benefits_stay", log_id("company_id", home->company_id),
                  log_id("into_company_id", home->verified_company_id));
        return FAILURE_NONE;
    }
    if (failure == FAILURE_NONE)
        failure = company_store_move(transaction, home->company_id, home->verified_company_id,
                                     mutation->now_us);
    home->company_id = home->verified_company_id;
    return failure;
}

static enum failure find_home(struct mutation *mutation, struct benefit_home *home)
{
    const struct id opened_under_id = home->company_id;
    enum failure failure = company_store_find_in(mutation->transaction, &home->company_id);
    if (failure == FAILURE_NONE)
        failure = company_store_find_in(mutation->transaction, &home->verified_company_id);
    if (failure != FAILURE_NONE)
        return failure;
    if (benefits_follow(home))
        return follow(mutation, home);
    home->company_id = opened_under_id;
    return company_store_hold(mutation->transaction, &home->company_id);
}

static int open_account(struct mutation *mutation, const struct open_account *request,
                        Sharing__V1__OpenAccountResponse *response)
{
    struct benefit_home home = {.account_id = request->account_id,
                                .company_id = request->company_id,
                                .verified_company_id = request->verified_company_id,
                                .merged_company_ids = request->merged_company_ids,
                                .merged_count = request->n_merged_company_ids};
    (void)response;
    int no = find_home(mutation, &home);
    bool verified =
        id_is_nil(home.verified_company_id) ? request->verified : benefits_verified(&home);
    return no != 0 ? no
                   : account_store_open(mutation->transaction,
                                        (struct company_key){home.company_id, request->account_id},
                                        request->corporate, verified, mutation->now_us);
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
