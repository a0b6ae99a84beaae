/* Puts prices on what was recorded (A.2), beside the batcher and never in it, a second or two
 * behind; any ledger does it, one account at a time under a lock of its own. */
#ifndef LEDGER_JOBS_USAGE_RATING_H
#define LEDGER_JOBS_USAGE_RATING_H

#include "ledger/ledger.h"

#define USAGE_RATING_INTERVAL_MS 1000

/* context: struct ledger *. */
enum failure usage_rating(struct task *task, void *context);

#endif
