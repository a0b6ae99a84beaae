/* The cache of what this process's batches left behind: heads of chains, accounts and their lots,
 * as they stood after the commit. It saves reading them again and is never believed: the commit of
 * a batch that used it fails when the chain's revision is another one by then. */
#ifndef LEDGER_STORE_ACCOUNT_CACHE_H
#define LEDGER_STORE_ACCOUNT_CACHE_H

#include "ledger/domain/facts.h"

#define CACHED_LOTS_MAX 64

struct account_cache;

struct cached_lot {
    int64_t sequence;
    enum lot_kind kind;
    struct id source_id;
    int64_t granted_micros;
    int64_t spent_micros;
    int64_t revoked_micros;
};

struct cached_account {
    struct account account;        /* lots_horizon: every open lot up to it is among these */
    const struct cached_lot *lots; /* by sequence: those that are spent first, and the last one when
                                      last_lot_known */
    size_t lot_count;
};

/* Empty; one per process. */
struct account_cache *account_cache_new(void);

/* NULL: not cached. Lent until the next call that changes the cache. */
const struct chain *account_cache_chain(const struct account_cache *cache, struct id company_id);
const struct cached_account *account_cache_find(const struct account_cache *cache,
                                                struct id company_id, struct id account_id);

/* Whether nobody wrote to the company since this process did: the chain was found as the cache of
 * it ends. */
bool account_cache_is_of(const struct account_cache *cache, const struct chain *chain);

/* Takes over what a batch found and made; call when its commit is certain. A batch that did not
 * begin where the cache of its company ended drops the cache of it. Of one that did, lots that were
 * cached and are not among its facts are as they were. */
void account_cache_store(struct account_cache *cache, const struct facts *facts);

#endif
