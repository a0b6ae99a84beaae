/* The events of a batch, kept in the transaction of the money: limits that changed, services that
 * stopped. That chains grew is told afterwards (jobs/entry_teller.h). */
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

/* Room for the events of this many outcomes. */
enum failure batch_events_init(struct batch_events *events, struct arena *arena, int64_t now_us,
                               size_t outcome_count) must_check;

void batch_events_tell_outcome(struct batch_events *events, const struct order *order,
                               const struct order_outcome *outcome);

#endif
