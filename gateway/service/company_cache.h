/* Under which company an account's money lives, once it was read. It may be remembered without an
 * end, because it never changes: the one statement that writes it keeps what is there
 * (store/queries/account_settle.sql), and no statement takes it away. An account that was not
 * opened yet is never remembered. There is room for a fixed number: in each set the account that
 * was asked for least lately makes room. */
#ifndef GATEWAY_SERVICE_COMPANY_CACHE_H
#define GATEWAY_SERVICE_COMPANY_CACHE_H

#include <stdbool.h>

#include "runtime/base/id.h"

#define COMPANY_CACHE_SETS 4096 /* a power of two */
#define COMPANY_CACHE_WAYS 8

struct company_cache_entry {
    struct id account_id; /* nil: free */
    struct id company_id;
};

/* Zeroed at first. Each set begins with what was asked for last. */
struct company_cache {
    struct company_cache_entry sets[COMPANY_CACHE_SETS][COMPANY_CACHE_WAYS];
};

bool company_cache_find(struct company_cache *cache, struct id account_id, struct id *company_id);

/* Neither is nil. */
void company_cache_keep(struct company_cache *cache, struct id account_id, struct id company_id);

#endif
