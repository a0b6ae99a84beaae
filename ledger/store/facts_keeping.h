/* Shared by facts_store_keep.c and facts_store_keep_rare.c. */
#ifndef LEDGER_STORE_FACTS_KEEPING_H
#define LEDGER_STORE_FACTS_KEEPING_H

#include "ledger/store/columns.h"
#include "ledger/store/facts_store.h"
#include "ledger/store/pipeline.h"

struct keeping {
    struct pipeline pipeline;
    const struct facts *facts;
    struct columns columns;
};

/* Sends what only some batches change: bills, holds, purchases and their lots, credit lines. */
void facts_keep_rare(struct keeping *keeping);
bool facts_have_rare(const struct facts *facts);

#endif
