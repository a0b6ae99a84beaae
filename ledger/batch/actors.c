#include "ledger/batch/actors.h"

#include <stdlib.h>

#include "ledger/store/account_cache.h"

static int by_actor(const void *a, const void *b)
{
    const struct order *const *left = a, *const *right = b;
    int by_company = id_compare((*left)->company_id, (*right)->company_id);
    return by_company != 0 ? by_company
                           : id_compare((*left)->actor->reference, (*right)->actor->reference);
}

static size_t drop_repeated(const struct order **actors, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || by_actor(&actors[kept - 1], &actors[i]) != 0)
            actors[kept++] = actors[i];
    return kept;
}

enum failure batch_actors_gather(struct arena *arena, const struct ledger *ledger,
                                 const struct facts *facts, struct kept *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->chain_count; i++)
        if (!account_cache_is_of(ledger->cache, &facts->chains[i]))
            actor_cache_forget(ledger->actors, facts->chains[i].company_id);
    kept->actors = arena_try_alloc_array(arena, kept->asked_count, sizeof *kept->actors);
    if (kept->actors == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < kept->asked_count; i++) {
        const struct order *order = kept->asked[i];
        if (order->actor != NULL &&
            !actor_cache_has(ledger->actors, order->company_id, order->actor->reference))
            kept->actors[count++] = order;
    }
    if (count > 1)
        qsort(kept->actors, count, sizeof *kept->actors, by_actor);
    kept->actor_count = drop_repeated(kept->actors, count);
    return FAILURE_NONE;
}

void batch_actors_learn(struct actor_cache *cache, const struct kept *kept)
{
    for (size_t i = 0; i < kept->asked_count; i++) {
        const struct order *order = kept->asked[i];
        if (order->actor != NULL)
            actor_cache_learn(cache, order->company_id, order->actor->reference);
    }
}
