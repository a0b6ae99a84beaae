/* Warns accounts before they are suspended (A.6): looks at those that the chains grew by, a second
 * or two behind, and at each once a day, and tells of the lowest rung that was crossed. */
#ifndef LEDGER_JOBS_LADDER_WATCH_H
#define LEDGER_JOBS_LADDER_WATCH_H

#include "ledger/ledger.h"

#define LADDER_WATCH_INTERVAL_MS 1000

enum failure ladder_watch(struct task *task, void *context) must_check;

#endif
