/* What stands in the way of closing an account, told by the ledger. */
#ifndef LEDGER_SERVICE_CLOSING_H
#define LEDGER_SERVICE_CLOSING_H

#include <stdbool.h>

#include "ledger/domain/account.h"
#include "runtime/rpc/call.h"

/* Adds a violation for each blocker, with its amount; false: the account may be closed, or is. */
bool closing_refuse(struct call *call, const struct account *account);

#endif
