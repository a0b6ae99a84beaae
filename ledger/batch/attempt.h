/* One attempt at a batch: everything between begin and commit. Runs again from the start when it
 * must, so it leaves nothing behind but what it wrote through its transaction. */
#ifndef LEDGER_BATCH_ATTEMPT_H
#define LEDGER_BATCH_ATTEMPT_H

#include "ledger/batch/batcher.h"
#include "ledger/store/facts_store.h"

struct batch_attempt {
    struct ledger *ledger;
    struct batch_item **items;
    const struct order **orders;
    size_t count;
    bool *skip;
    size_t *
        same_as; /* place of the first item with the same request id; itself when it is the first */
    struct order_outcome *outcomes;
    enum code *codes;
    struct bytes *answers;
    bool *replayed;
    bool bypass_cache;   /* nothing is taken from the cache */
    bool find_requests;  /* earlier ones are expected */
    int64_t fence_place; /* for what freezes stop; 0: nothing here is */
    bool deep;           /* facts fell short: lots and bills are read deep */
    bool decided;        /* facts, kept and events are ready */
    struct facts facts;
    struct facts_reading reading;
    struct order *expiry;
    struct order_outcome *expiry_outcomes;
    size_t expired_count;
    struct kept kept;
};

enum failure batch_attempt_init(struct batch_attempt *attempt, struct arena *arena,
                                struct ledger *ledger, struct batch_item **items,
                                size_t count) must_check;

/* Decides from the cache alone: attempt->decided, or false when something has to be read. */
enum failure batch_attempt_read_cache(struct batch_attempt *attempt,
                                      struct arena *arena) must_check;

/* The body of the transaction: read and decide, unless it is decided, and keep. argument is the
 * attempt. */
enum failure batch_attempt_commit(struct transaction *transaction, void *argument) must_check;

/* The same without locks, and nothing kept. */
enum failure batch_attempt_preview(struct transaction *transaction, void *argument) must_check;

/* Whether what was decided can be kept by one statement, without a transaction around it; and that.
 */
bool batch_attempt_fits_lane(const struct batch_attempt *attempt);
enum failure batch_attempt_keep_in_lane(struct task *task, struct batch_attempt *attempt,
                                        size_t lane) must_check;

/* Afterwards: the next order of an account that was not where it was placed is placed anew. */
void batch_attempt_forget_moved(const struct batch_attempt *attempt);

#endif
