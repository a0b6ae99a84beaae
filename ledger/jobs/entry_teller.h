/* Tells by EntriesRecorded how far chains grew, within a second or two, several batches together: a
 * batch itself writes no event for its entries, the chain is enough. */
#ifndef LEDGER_JOBS_ENTRY_TELLER_H
#define LEDGER_JOBS_ENTRY_TELLER_H

#include "ledger/ledger.h"

#define ENTRY_TELLER_INTERVAL_MS 1000

/* context: struct ledger *. */
enum failure entry_teller(struct task *task, void *context);

#endif
