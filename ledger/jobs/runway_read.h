/* The facts that an account's runway is made of (D.11), as they stand. */
#ifndef LEDGER_JOBS_RUNWAY_READ_H
#define LEDGER_JOBS_RUNWAY_READ_H

#include "ledger/domain/account.h"
#include "ledger/domain/runway.h"
#include "runtime/database/database.h"

/* Of the account as it was read by the clock of its company at now_us. */
enum failure runway_read(struct reader reader, const struct account *account, int64_t now_us,
                         struct runway_facts *facts) must_check;

#endif
