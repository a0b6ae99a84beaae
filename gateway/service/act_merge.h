/* The acts of all contexts as one list (GW-07), newest first by the time of each. Its cursor has
 * the place in each of them, and in the ledger's in each company that was among them at the first
 * page, so none is lost or comes twice, whichever of them answers late. Where a place is there no
 * more (an older copy was put back) the list is refused, for it can only be begun again. */
#ifndef GATEWAY_SERVICE_ACT_MERGE_H
#define GATEWAY_SERVICE_ACT_MERGE_H

#include "gateway/peers/act_peer.h"
#include "gateway/service/exchange.h"

#define ACT_CONTEXTS 5
#define ACT_COMPANIES_MAX 32

struct act_question {
    struct peer_act_question asked; /* its cursor is the list's */
    const char **company_ids;       /* where the ledger looks, ACT_COMPANIES_MAX at most */
    size_t company_count;
    size_t scope_count;   /* of asked.account_ids, whether or not it asks for them alone: the chains
                             that a cursor of before their moves may name */
    bool ledger_is_asked; /* else it is named as missing */
    bool allows_missing;
};

/* As the answers of all three rpcs have it. */
struct act_answer {
    Act__V1__Act **acts;
    size_t count;
    char *next_page_token;
    char *missing[ACT_CONTEXTS];
    size_t missing_count;
};

int act_merge(struct exchange *exchange, const struct act_question *question,
              struct act_answer *answer);

#endif
