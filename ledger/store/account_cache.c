#include "ledger/store/account_cache.h"

#include "ledger/domain/lot.h"

#define COMPANIES 4096
#define WAYS 4
#define SETS 16384 /* of four accounts each: 65,536 accounts, some 55 MiB when all are taken */

/* An account counts while the generation is its company's. */
struct company_slot {
    uint64_t generation; /* 0: empty */
    struct chain chain;
};

struct account_slot {
    uint64_t generation;
    uint64_t learned; /* when; the oldest makes room */
    struct cached_account cached;
};

struct account_cache {
    uint64_t generations;
    uint64_t clock;
    struct company_slot companies[COMPANIES];
    struct account_slot accounts[SETS][WAYS];
};

struct account_cache *account_cache_new(void)
{
    static struct account_cache cache; /* pages that are never touched cost nothing */
    return &cache;
}

static size_t company_index(struct id company_id)
{
    return id_hash(company_id) % COMPANIES;
}

static const struct company_slot *find_company(const struct account_cache *cache,
                                               struct id company_id)
{
    const struct company_slot *slot = &cache->companies[company_index(company_id)];
    return slot->generation != 0 && id_equal(slot->chain.company_id, company_id) ? slot : NULL;
}

const struct chain *account_cache_chain(const struct account_cache *cache, struct id company_id)
{
    const struct company_slot *slot = find_company(cache, company_id);
    return slot != NULL ? &slot->chain : NULL;
}

static size_t set_index(struct id account_id)
{
    return id_hash(account_id) % SETS;
}

const struct cached_account *account_cache_find(const struct account_cache *cache,
                                                struct id company_id, struct id account_id)
{
    const struct company_slot *company = find_company(cache, company_id);
    const struct account_slot *set = cache->accounts[set_index(account_id)];
    for (size_t i = 0; company != NULL && i < WAYS; i++)
        if (set[i].generation == company->generation &&
            id_equal(set[i].cached.account.id, account_id))
            return &set[i].cached;
    return NULL;
}

static struct account_slot *slot_to_store(struct account_cache *cache, struct id account_id)
{
    struct account_slot *set = cache->accounts[set_index(account_id)], *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].generation != 0 && id_equal(set[i].cached.account.id, account_id))
            return &set[i];
        if (set[i].learned < oldest->learned)
            oldest = &set[i];
    }
    return oldest;
}

/* The open lots, when they are all known and few enough; else the last one alone, which the next
 * grant may join. */
static void store_lots(struct cached_account *cached, const struct account *account)
{
    cached->lot_count = 0;
    cached->lots_complete =
        account->lots_horizon == INT64_MAX || account_transferred_in(account) == 0;
    for (const struct lot *lot = account->lots; lot != NULL; lot = lot->next) {
        bool last = lot->next == NULL && account->last_lot_known;
        if (!last && lot_remaining(lot) == 0)
            continue;
        if (cached->lot_count == CACHED_LOTS_MAX) {
            cached->lots_complete = false;
            break;
        }
        cached->lots[cached->lot_count++] = *lot;
    }
    if (cached->lots_complete)
        return;
    cached->lot_count = 0;
    if (account->last_lot_known && account->lots_last != NULL)
        cached->lots[cached->lot_count++] = *account->lots_last;
}

static void store_account(struct account_cache *cache, const struct account *account)
{
    const struct company_slot *company = find_company(cache, account->company_id);
    if (company == NULL || account->foreign)
        return;
    struct account_slot *slot = slot_to_store(cache, account->id);
    slot->generation = company->generation;
    slot->learned = ++cache->clock;
    store_lots(&slot->cached, account);
    struct account *kept = &slot->cached.account;
    *kept = *account;
    kept->lots = kept->lots_last = NULL;
    kept->bills = NULL;
    kept->pool_known = account->pool_known && account->pool == NULL; /* only that there is none */
    kept->pool = NULL;
    kept->bills_complete = kept->changed = false;
    kept->lots_horizon = slot->cached.lots_complete ? INT64_MAX : -1;
    for (size_t i = 0; i < slot->cached.lot_count; i++) {
        struct lot *lot = &slot->cached.lots[i];
        lot->account = NULL;
        lot->next = NULL;
        lot->is_new = lot->changed = lot->beyond_reach = false;
    }
}

/* The cached accounts of the company stay when the batch began where the cache ended. */
static void store_chain(struct account_cache *cache, const struct chain *chain)
{
    struct company_slot *slot = &cache->companies[company_index(chain->company_id)];
    const struct company_slot *known = find_company(cache, chain->company_id);
    if (known == NULL || !id_equal(known->chain.revision, chain->revision_found))
        slot->generation = ++cache->generations;
    slot->chain = *chain;
    slot->chain.revision_found = chain->revision;
}

void account_cache_store(struct account_cache *cache, const struct facts *facts)
{
    for (size_t i = 0; i < facts->chain_count; i++)
        store_chain(cache, &facts->chains[i]);
    for (size_t i = 0; i < facts->account_count; i++)
        store_account(cache, &facts->accounts[i]);
}
