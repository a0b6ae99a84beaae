/* The accounts that a list of acts is of, and the companies in which the ledger is asked for
 * them. */
#ifndef GATEWAY_SERVICE_ACT_SCOPE_H
#define GATEWAY_SERVICE_ACT_SCOPE_H

#include "gateway/service/act_merge.h"
#include "gateway/service/exchange.h"

/* Adds the one account, which the caller was admitted to; nil: the list is of all accounts. */
int act_scope_of(struct exchange *exchange, struct id account_id, struct act_question *question);

/* Accounts in which the caller acts, and of which it is not shown the acts. */
struct hidden_accounts {
    char **ids;
    size_t count;
};

/* Adds those below it in which the caller may do the same (GW-13), each judged as a call in it
 * would be: by the roles there, its session policy and the bounds of a key. */
int act_scope_below(struct exchange *exchange, struct id account_id, struct act_question *question,
                    struct hidden_accounts *hidden);

#endif
