#include "ledger/store/actor_cache.h"

#define PLACES 16384 /* whoever comes later takes the place; some 600 KiB when all are taken */
#define COMPANIES 4096

struct place {
    struct id company_id;
    struct id reference; /* nil: empty */
    uint64_t forgotten;  /* how often its company was, until it was learned */
};

struct actor_cache {
    struct place places[PLACES];
    uint64_t forgotten[COMPANIES]; /* companies that share one are forgotten together */
};

struct actor_cache *actor_cache_new(void)
{
    static struct actor_cache cache; /* pages that are never touched cost nothing */
    return &cache;
}

static size_t index_of(struct id company_id, struct id reference)
{
    return (id_hash(company_id) * 31 + id_hash(reference)) % PLACES;
}

static size_t company_index(struct id company_id)
{
    return id_hash(company_id) % COMPANIES;
}

bool actor_cache_has(const struct actor_cache *cache, struct id company_id, struct id reference)
{
    const struct place *place = &cache->places[index_of(company_id, reference)];
    return id_equal(place->reference, reference) && id_equal(place->company_id, company_id) &&
           place->forgotten == cache->forgotten[company_index(company_id)];
}

void actor_cache_learn(struct actor_cache *cache, struct id company_id, struct id reference)
{
    cache->places[index_of(company_id, reference)] =
        (struct place){company_id, reference, cache->forgotten[company_index(company_id)]};
}

void actor_cache_forget(struct actor_cache *cache, struct id company_id)
{
    cache->forgotten[company_index(company_id)]++;
}
