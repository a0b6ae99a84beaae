/* The events of a batch, kept in the transaction of the money: where each chain grew, limits that
 * changed, services that stopped. */
#ifndef LEDGER_BATCH_EVENTS_H
#define LEDGER_BATCH_EVENTS_H

#include "ledger/domain/settle.h"
#include "ledger/store/facts_store.h"
#include "runtime/base/arena.h"

struct batch_events {
    struct arena *arena;
    int64_t now_us;
    struct kept_event *rows;
    size_t count;
    size_t count_max;
    bool exhausted; /* the arena's maximum was reached: do not commit */
};

/* Room for the events of this many outcomes and chains. */
enum failure batch_events_init(struct batch_events *events, struct arena *arena, int64_t now_us,
                               size_t outcome_count, size_t chain_count) must_check;

/* lengths_before[i] is how long facts->chains[i] was before the batch. */
void batch_events_tell_chains(struct batch_events *events, const struct facts *facts,
                              const int64_t *lengths_before);
void batch_events_tell_outcome(struct batch_events *events, const struct order *order,
                               const struct order_outcome *outcome);

#endif
