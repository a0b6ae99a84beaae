/* Which actors are kept for certain, so that a batch need not bring them again. It is known of a
 * company, as long as its batches are decided from the cache of accounts: then an older database,
 * put back, in which the actor is not, has another revision, and the fence tells. */
#ifndef LEDGER_STORE_ACTOR_CACHE_H
#define LEDGER_STORE_ACTOR_CACHE_H

#include <stdbool.h>

#include "runtime/base/id.h"

struct actor_cache;

/* Empty; one per process. */
struct actor_cache *actor_cache_new(void);

bool actor_cache_has(const struct actor_cache *cache, struct id company_id, struct id reference);

/* Call when the commit is certain. */
void actor_cache_learn(struct actor_cache *cache, struct id company_id, struct id reference);

/* The company is read from the database: what was learned of it before does not count. */
void actor_cache_forget(struct actor_cache *cache, struct id company_id);

#endif
