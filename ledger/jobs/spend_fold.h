/* Folds what was booked into what each account spent on each of its days (D.11), a second or two
 * behind the chains. Any ledger does it; what two do at once counts once. */
#ifndef LEDGER_JOBS_SPEND_FOLD_H
#define LEDGER_JOBS_SPEND_FOLD_H

#include "ledger/ledger.h"

#define SPEND_FOLD_INTERVAL_MS 1000

/* context: struct ledger *. */
enum failure spend_fold(struct task *task, void *context);

#endif
