/* Where an account's money and benefits live, once it was read. It may be remembered without an
 * end, because none of it changes any more (company_home_stays): the statement that decides it
 * keeps what is there (store/queries/account_settle.sql), and an account that is in a chain of its
 * own, and may still move out of it, is never remembered. Of which company ledger and sharing were
 * told may be outdated, so who finds another there forgets it and reads again. There is room for a
 * fixed number: in each set the account that was asked for least lately makes room. */
#ifndef GATEWAY_SERVICE_COMPANY_CACHE_H
#define GATEWAY_SERVICE_COMPANY_CACHE_H

#include <stdbool.h>

#include "gateway/store/account_store.h"

#define COMPANY_CACHE_SETS 4096 /* a power of two */
#define COMPANY_CACHE_WAYS 8

struct company_cache_entry {
    struct id account_id; /* nil: free */
    struct account_home home;
};

/* Zeroed at first. Each set begins with what was asked for last. */
struct company_cache {
    struct company_cache_entry sets[COMPANY_CACHE_SETS][COMPANY_CACHE_WAYS];
};

bool company_cache_find(struct company_cache *cache, struct id account_id,
                        struct account_home *home);

/* Whether it is told for ever. */
bool company_home_stays(struct id account_id, const struct account_home *home);

void company_cache_forget(struct company_cache *cache, struct id account_id);

/* Of an account whose home stays. */
void company_cache_keep(struct company_cache *cache, struct id account_id,
                        const struct account_home *home);

#endif
