#include "gateway/service/closing.h"

#include "gateway/peers/identity_relation.h"
#include "gateway/peers/ledger_peer.h"

int closing_find_blockers(struct exchange *exchange, const char *account_id, const char *company_id,
                          struct closing_blockers *found)
{
    struct task *task = call_task(exchange->call);
    struct ledger_place place = {account_id, company_id};
    struct rpc_status status;
    found->count = 0;
    enum failure failure =
        ledger_closing_blockers((struct peer_call){task, exchange->gateway->ledger, &status},
                                &place, found->rows, &found->count);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure =
        payments_closing_blockers((struct peer_call){task, exchange->gateway->payments, &status},
                                  account_id, found->rows, &found->count);
    no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    failure =
        identity_closing_blockers((struct peer_call){task, exchange->gateway->identity, &status},
                                  account_id, found->rows, &found->count);
    return exchange_result(exchange, failure, &status);
}
