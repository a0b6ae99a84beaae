/* The answer to an order again, made from its entry by the functions that made it the first time.
 */
#ifndef LEDGER_BATCH_REPLAY_H
#define LEDGER_BATCH_REPLAY_H

#include "ledger/store/facts_store.h"

/* FAILURE_INTERNAL: no order leaves such a row. FAILURE_EXHAUSTED: the arena's maximum. */
enum failure replay_pack(struct arena *arena, const struct ledger_find_request_entries_row *row,
                         struct bytes *answer) must_check;

#endif
