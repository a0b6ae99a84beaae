/* The actors of a batch: kept with the first entry or refusal that names them. */
#ifndef LEDGER_BATCH_ACTORS_H
#define LEDGER_BATCH_ACTORS_H

#include "ledger/ledger.h"
#include "ledger/store/actor_cache.h"
#include "ledger/store/facts_store.h"

/* Fills in the actors of kept, whose refusals and asked orders are known. The cache forgets
 * a company here once somebody else wrote to it: an older database may have been put back. */
enum failure batch_actors_gather(struct arena *arena, const struct ledger *ledger,
                                 const struct facts *facts, struct kept *kept) must_check;

/* The batch is committed. */
void batch_actors_learn(struct actor_cache *cache, const struct kept *kept);

#endif
