/* A cap and what is told before it is reached (LED-44). */
#ifndef LEDGER_SERVICE_CAP_BUDGET_H
#define LEDGER_SERVICE_CAP_BUDGET_H

#include "runtime/idempotency/call_once.h"

/* Under the lock of the account's chain: an account without budgets has one of the cap's amount
 * from now on; one that was made so, and that nobody changed, follows the cap. */
enum failure cap_budget_follow(struct mutation *mutation, struct id account_id,
                               int64_t cap_micros) must_check;

#endif
