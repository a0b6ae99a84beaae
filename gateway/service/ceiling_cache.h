/* Accounts that have no ceilings, so that their acts ask nobody (PAY-26). All that is remembered is
 * of one generation: any change of any account's ceilings moves it on and all is forgotten. The
 * generation itself is read when it is older than CEILING_CACHE_US; whoever sets ceilings waits so
 * long before the answer, and no gateway goes by the old ones after it. */
#ifndef GATEWAY_SERVICE_CEILING_CACHE_H
#define GATEWAY_SERVICE_CEILING_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/id.h"

#define CEILING_CACHE_US INT64_C(1000000)
#define CEILING_CACHE_ENTRIES 8192 /* a power of two */

struct ceiling_cache_entry {
    struct id account_id;
    int64_t generation;
};

struct ceiling_cache {
    int64_t generation;
    int64_t read_us; /* monotonic, when the question was sent; 0: never */
    struct ceiling_cache_entry entries[CEILING_CACHE_ENTRIES];
};

bool ceiling_cache_is_fresh(const struct ceiling_cache *cache, int64_t now_us);

/* The generation as it was at asked_us. */
void ceiling_cache_move(struct ceiling_cache *cache, int64_t generation, int64_t asked_us);

/* Whether the account is known to have none; and that it had none when nothing newer than the
 * generation was known. */
bool ceiling_cache_has_none(const struct ceiling_cache *cache, struct id account_id);
void ceiling_cache_keep_none(struct ceiling_cache *cache, struct id account_id, int64_t generation);

#endif
