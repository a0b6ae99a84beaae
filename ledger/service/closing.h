/* The ledger's reasons against closing an account. */
#ifndef LEDGER_SERVICE_CLOSING_H
#define LEDGER_SERVICE_CLOSING_H

#include "ledger/domain/account.h"
#include "runtime/idempotency/call_once.h"

/* Under the account's lock: refuses with a violation for each blocker, with its amount, number or
 * end; 0: the account may be closed, or is. */
int closing_refuse(struct mutation *mutation, const struct account *account);

#endif
