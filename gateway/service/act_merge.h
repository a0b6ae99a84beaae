/* The acts of all contexts as one list (GW-07), newest first by the time of each. Its cursor has
 * the place in each of them, so none is lost or comes twice, whichever of them answers late. */
#ifndef GATEWAY_SERVICE_ACT_MERGE_H
#define GATEWAY_SERVICE_ACT_MERGE_H

#include "gateway/peers/act_peer.h"
#include "gateway/service/exchange.h"

#define ACT_SOURCES 5 /* the contexts */

struct act_question {
    struct peer_act_question asked; /* its cursor is the list's */
    const char *company_id;         /* where the ledger looks; "": nowhere */
    bool ledger_is_asked;           /* else it is named as missing */
    bool allows_missing;
};

/* As the answers of all three rpcs have it. */
struct act_answer {
    Act__V1__Act **acts;
    size_t count;
    char *next_page_token;
    char *missing[ACT_SOURCES];
    size_t missing_count;
};

int act_merge(struct exchange *exchange, const struct act_question *question,
              struct act_answer *answer);

#endif
