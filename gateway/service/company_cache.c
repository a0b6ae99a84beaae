#include "gateway/service/company_cache.h"

#include <assert.h>
#include <string.h>

/* By its last bytes: the first ones are a time, these are random. */
static struct company_cache_entry *set_of(struct company_cache *cache, struct id account_id)
{
    uint32_t place;
    memcpy(&place, account_id.bytes + sizeof(account_id.bytes) - sizeof(place), sizeof(place));
    return cache->sets[place & (COMPANY_CACHE_SETS - 1)];
}

/* The entry at the place makes room. */
static void put_first(struct company_cache_entry *set, size_t place,
                      struct company_cache_entry entry)
{
    memmove(set + 1, set, place * sizeof(*set));
    set[0] = entry;
}

bool company_cache_find(struct company_cache *cache, struct id account_id,
                        struct account_home *home)
{
    struct company_cache_entry *set = set_of(cache, account_id);
    for (size_t i = 0; i < COMPANY_CACHE_WAYS && !id_is_nil(set[i].account_id); i++) {
        if (!id_equal(set[i].account_id, account_id))
            continue;
        *home = set[i].home;
        put_first(set, i, set[i]);
        return true;
    }
    return false;
}

void company_cache_forget(struct company_cache *cache, struct id account_id)
{
    struct account_home known;
    if (!company_cache_find(cache, account_id, &known))
        return;
    struct company_cache_entry *set = set_of(cache, account_id); /* where it is the first now */
    memmove(set, set + 1, (COMPANY_CACHE_WAYS - 1) * sizeof(*set));
    set[COMPANY_CACHE_WAYS - 1] = (struct company_cache_entry){.account_id = {{0}}};
}

bool company_home_stays(struct id account_id, const struct account_home *home)
{
    return !id_is_nil(home->chain_id) && !id_is_nil(home->benefit_company_id) &&
           !id_equal(home->chain_id, account_id);
}

void company_cache_keep(struct company_cache *cache, struct id account_id,
                        const struct account_home *home)
{
    assert(company_home_stays(account_id, home));
    struct account_home known;
    if (!company_cache_find(cache, account_id, &known))
        put_first(set_of(cache, account_id), COMPANY_CACHE_WAYS - 1,
                  (struct company_cache_entry){account_id, *home});
}
