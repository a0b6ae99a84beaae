/* One attempt at a batch: everything between begin and commit. Runs again from the start when it must, so it leaves nothing behind
 * but what it wrote through its transaction. */
#ifndef LEDGER_SERVICE_BATCH_ATTEMPT_H
#define LEDGER_SERVICE_BATCH_ATTEMPT_H

#include "ledger/service/batcher.h"
#include "ledger/store/facts_store.h"

struct attempt {
    struct ledger *ledger;
    struct batch_item **items;
    const struct order **orders;
    size_t count;
    bool *skip;
    size_t *same_as; /* place of the first item with the same request id; itself when it is the first */
    struct outcome *outcomes;
    enum code *codes;
    struct bytes *answers;
    bool *replayed;
    bool afresh;        /* nothing is taken from memory */
    bool find_requests; /* earlier ones are expected */
    struct facts facts;
    struct facts_reading reading;
    struct order *expiry;
    struct outcome *expiry_outcomes;
    size_t expired_count;
};

enum failure batch_attempt_init(struct attempt *attempt, struct arena *arena, struct ledger *ledger, struct batch_item **items,
                                size_t count) must_check;

/* The body of the transaction: read, settle, chain, answer, keep. argument is the attempt. */
enum failure batch_attempt_commit(struct task *task, struct transaction *transaction, void *argument) must_check;

/* The same without locks, and nothing kept. */
enum failure batch_attempt_preview(struct task *task, struct transaction *transaction, void *argument) must_check;

/* When the order was decided: what its answer's balances are as of. */
int64_t batch_attempt_decided_us(const struct attempt *attempt, const struct outcome *outcome);

#endif
