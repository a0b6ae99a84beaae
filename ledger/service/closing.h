/* The ledger's reasons against closing an account. */
#ifndef LEDGER_SERVICE_CLOSING_H
#define LEDGER_SERVICE_CLOSING_H

#include <stdbool.h>

#include "ledger/domain/account.h"
#include "runtime/rpc/call.h"

/* Adds a violation for each blocker, with its amount; false: the account may be closed, or is. */
bool closing_refuse(struct call *call, const struct account *account);

#endif
