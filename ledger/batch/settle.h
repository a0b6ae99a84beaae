/* Settles a batch: decided on what is cached or read, kept in one transaction, tried again when
 * the world said no, halved when one order spoils it. */
#ifndef LEDGER_BATCH_SETTLE_H
#define LEDGER_BATCH_SETTLE_H

#include "ledger/batch/batcher.h"

/* Where a batch stands among those of its lane. */
struct batch_slot {
    size_t lane;
    /* Its one statement is about to be sent over the lane's connection: what follows on it may be
     * decided already. */
    void (*on_sent)(struct batch_slot *slot);
    /* Awaits the end of the batch before it; and no batch is begun behind it until it ended. */
    void (*wait)(struct task *task, struct batch_slot *slot);
    /* After that: whether a company of it has left the lane meanwhile; then so does this batch.
     * NULL: never. */
    bool (*must_leave)(const struct batch_slot *slot);
    bool is_alone; /* of no lane: all is read, in a transaction of its own */
};

/* The items of a batch, and whose memory takes the answer of each. */
struct batch_load {
    struct batch_item **items;
    struct arena *const *arenas;
    size_t count;
};

/* Fills in what became of each item, FAILURE_LOCKED when somebody holds a row of it: nothing was
 * done, it may be tried again. */
void batch_settle(struct task *task, struct ledger *ledger, struct batch_slot *slot,
                  const struct batch_load *load);

#endif
