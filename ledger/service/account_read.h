/* The account that a read is about. */
#ifndef LEDGER_SERVICE_ACCOUNT_READ_H
#define LEDGER_SERVICE_ACCOUNT_READ_H

#include "ledger/domain/account.h"
#include "runtime/rpc/call.h"

/* Reads the account as it stands by the company's clock; refuses with account_unknown. */
int account_read(struct call *call, struct id company_id, struct id account_id,
                 struct account *account);

/* The same, and when that is. */
int account_read_at(struct call *call, struct id company_id, struct id account_id,
                    struct account *account, int64_t *now_us);

#endif
