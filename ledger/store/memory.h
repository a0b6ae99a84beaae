/* What this process's batches left behind: heads of chains, accounts and their lots, as they stood
 * after the commit. It saves reading them again and is never believed: the commit of a batch that
 * used it fails when the chain's revision is another one by then. */
#ifndef LEDGER_STORE_MEMORY_H
#define LEDGER_STORE_MEMORY_H

#include "ledger/domain/facts.h"

#define MEMORY_LOTS_MAX 5

struct memory;

struct remembered {
    struct account account;
    struct lot lots[MEMORY_LOTS_MAX]; /* by sequence: the open ones when lots_complete, and the last
                                         one when last_lot_known */
    size_t lot_count;
    bool lots_complete;
};

/* Empty; one per process. */
struct memory *memory_new(void);

/* NULL: not remembered. Lent until the next call that changes the memory. */
const struct chain *memory_chain(const struct memory *memory, struct id company_id);
const struct remembered *memory_account(const struct memory *memory, struct id company_id,
                                        struct id account_id);

/* Takes over what a batch found and made; call when its commit is certain. A batch that did not
 * begin where the memory of its company ended makes an end of that memory. */
void memory_learn(struct memory *memory, const struct facts *facts);

#endif
