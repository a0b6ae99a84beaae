/* Freezes of the accounts in a call (GW-03, GW-04), as identity answered of them. */
#ifndef GATEWAY_SERVICE_FREEZE_H
#define GATEWAY_SERVICE_FREEZE_H

#include "gateway/service/exchange.h"

/* Refuses what a freeze of the account stops; the route says what it is. The account that is acted
 * in, and one that money would go to: no money reaches a frozen account. */
int freeze_check(struct exchange *exchange, const struct freeze *freeze, const char *account_id);

/* Once a freeze is in force: nothing of what it stops that was let in before it is accepted any
 * more, by payments or by the ledger. */
enum failure freeze_fence(struct exchange *exchange) must_check;

#endif
