/* Shared by the files facts_store_keep*.c. */
#ifndef LEDGER_STORE_FACTS_KEEPING_H
#define LEDGER_STORE_FACTS_KEEPING_H

#include "ledger/store/columns.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/queries.h"
#include "ledger/store/pipeline.h"

struct keeping {
    struct pipeline pipeline;
    const struct facts *facts;
    struct columns columns;
};

/* The parameters of keep_batch.sql; each put_… adds the columns of one table. */
struct kept_batch {
    const struct facts *facts;
    struct arena *arena;
    struct columns columns;
    struct ledger_keep_batch in;
    enum failure failure;
};

/* Takes room for so many rows; false: something failed. */
static inline bool kept_batch_begin(struct kept_batch *batch, size_t count, size_t wide,
                                    size_t narrow)
{
    if (batch->failure == FAILURE_NONE)
        batch->failure = columns_init(&batch->columns, batch->arena, count, wide, narrow);
    return batch->failure == FAILURE_NONE;
}

/* The entries, with their legs or the postings beside them; in facts_store_keep_entries.c. */
void kept_batch_put_entries(struct kept_batch *batch, const struct kept *kept);

/* Refusals, and the actors that are not known to be kept; in facts_store_keep_acts.c. */
void kept_batch_put_acts(struct kept_batch *batch, const struct kept *kept);

/* Money between chains, and lots of allocations; in facts_store_keep_transits.c. */
void facts_keep_transits(struct keeping *keeping);

/* Sends what only some batches change: bills, holds, purchases and their lots, credit lines. */
void facts_keep_rare(struct keeping *keeping);
bool facts_have_rare(const struct facts *facts);

#endif
