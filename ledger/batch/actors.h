/* The actors of a batch: kept with the first entry or refusal that names them. */
#ifndef LEDGER_BATCH_ACTORS_H
#define LEDGER_BATCH_ACTORS_H

#include "ledger/store/actor_cache.h"
#include "ledger/store/facts_store.h"

/* Fills in the actors of kept, whose refusals and asked orders are known. from_cache: the facts
 * are, so the cache of actors may be asked; else what it knows of these companies ends here. */
enum failure batch_actors_gather(struct arena *arena, struct actor_cache *cache, bool from_cache,
                                 const struct facts *facts, struct kept *kept) must_check;

/* The batch is committed. */
void batch_actors_learn(struct actor_cache *cache, const struct kept *kept);

#endif
