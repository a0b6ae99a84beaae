/* Companies for which this process booked something since they were told last: the entry teller
 * (jobs/entry_teller.h) begins with them. A hint: what is not noted, for there was no room or the
 * process ended, the teller finds by itself. */
#ifndef LEDGER_BATCH_UNTOLD_H
#define LEDGER_BATCH_UNTOLD_H

#include "runtime/base/id.h"

struct untold;

struct untold *untold_new(void);

/* The same company twice is noted once, mostly. */
void untold_note(struct untold *untold, struct id company_id);

/* Takes up to count of them out; how many. */
size_t untold_take(struct untold *untold, struct id *companies, size_t count);

#endif
