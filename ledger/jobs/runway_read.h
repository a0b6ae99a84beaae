/* The facts that an account's runway is made of (D.11), as they stand. */
#ifndef LEDGER_JOBS_RUNWAY_READ_H
#define LEDGER_JOBS_RUNWAY_READ_H

#include "ledger/domain/account.h"
#include "ledger/domain/billing_period.h"
#include "ledger/domain/runway.h"
#include "runtime/database/database.h"

/* Of the account as it was read by the clock of its company at now_us. */
enum failure runway_read(struct reader reader, const struct account *account, int64_t now_us,
                         struct runway_facts *facts) must_check;

/* Of these only what was spent in the last complete days before now_us, and how many they are. */
enum failure runway_read_burn(struct reader reader, const struct account *account,
                              const struct billing_zones *zones,
                              struct runway_facts *facts) must_check;

#endif
