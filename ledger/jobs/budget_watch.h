/* Tells of the thresholds of budgets that spending reaches (LED-36): looks at the accounts that the
 * chains grew by, a second or two behind, at each budget once a day, for periods begin and
 * forecasts grow by time alone, and at once at those that were made or changed. */
#ifndef LEDGER_JOBS_BUDGET_WATCH_H
#define LEDGER_JOBS_BUDGET_WATCH_H

#include "ledger/ledger.h"

#define BUDGET_WATCH_INTERVAL_MS 1000

/* context: struct ledger *. */
enum failure budget_watch(struct task *task, void *context) must_check;

#endif
