#include "gateway/service/ceiling_cache.h"

#include <assert.h>
#include <string.h>

/* By its last bytes: the first ones are a time, these are random. */
static size_t place_of(struct id account_id)
{
    uint32_t place;
    memcpy(&place, account_id.bytes + sizeof(account_id.bytes) - sizeof(place), sizeof(place));
    return place & (CEILING_CACHE_ENTRIES - 1);
}

bool ceiling_cache_is_fresh(const struct ceiling_cache *cache, int64_t now_us)
{
    return cache->read_us != 0 && now_us - cache->read_us < CEILING_CACHE_US;
}

/* Of two answers that cross, the newer generation stays. */
void ceiling_cache_move(struct ceiling_cache *cache, int64_t generation, int64_t asked_us)
{
    if (generation >= cache->generation) {
        cache->generation = generation;
        cache->read_us = asked_us;
    }
}

bool ceiling_cache_has_none(const struct ceiling_cache *cache, struct id account_id)
{
    const struct ceiling_cache_entry *entry = &cache->entries[place_of(account_id)];
    return id_equal(entry->account_id, account_id) && entry->generation == cache->generation;
}

void ceiling_cache_keep_none(struct ceiling_cache *cache, struct id account_id, int64_t generation)
{
    assert(!id_is_nil(account_id));
    cache->entries[place_of(account_id)] = (struct ceiling_cache_entry){account_id, generation};
}
