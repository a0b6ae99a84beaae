/* Which accounts stand under another, in the pages in which identity lists them: those below it
 * (GW-13), and the customers of a partner (B.5). */
#ifndef GATEWAY_SERVICE_ACCOUNT_SET_H
#define GATEWAY_SERVICE_ACCOUNT_SET_H

#include "gateway/service/exchange.h"
#include "identity/v1/relation.pb-c.h"

#define ACCOUNT_SET_MAX 1000

struct account_set {
    const char *account_ids[ACCOUNT_SET_MAX];
    const Identity__V1__Relation *relations[ACCOUNT_SET_MAX]; /* of customers; else NULL */
    size_t count;
};

/* TOO_MANY_ACCOUNTS{of, limit} */
int account_set_refuse(struct exchange *exchange, const char *of, size_t limit);

/* Those below it in which the caller acts, and itself where a grant in it or above it is the
 * caller's; an operator's look is none. */
int account_set_below(struct exchange *exchange, const char *top_id, struct account_set *set);

/* One page of a partner's relations, with what identity's page token says. */
int account_set_relations(struct exchange *exchange,
                          const Identity__V1__ListRelationsRequest *asked,
                          Identity__V1__ListRelationsResponse **found);

/* Whether it holds: then it has terms. */
bool account_set_holds(const Identity__V1__Relation *relation);

/* All customers by a relation that holds. */
int account_set_customers(struct exchange *exchange, const char *partner_id,
                          struct account_set *set);

#endif
