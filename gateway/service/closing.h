/* The reasons that keep an account open (ID-12, ID-15), from every context that has some. */
#ifndef GATEWAY_SERVICE_CLOSING_H
#define GATEWAY_SERVICE_CLOSING_H

#include "gateway/peers/payments_peer.h"
#include "gateway/service/exchange.h"

struct closing_blockers {
    size_t count;
    struct closing_blocker rows[CLOSING_BLOCKERS_MAX];
};

/* All of them, never only the first; none: the account may be closed. */
int closing_find_blockers(struct exchange *exchange, const char *account_id, const char *company_id,
                          struct closing_blockers *found);

#endif
