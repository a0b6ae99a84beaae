#include "ledger/store/account_cache.h"

#include <string.h>

#include "runtime/base/amount.h"

#define COMPANIES 4096
#define WAYS 4
#define SETS 16384 /* of four accounts each: 65,536 accounts */
#define FEW 5      /* lots have room beside their account; more need one of the windows */
#define WINDOWS 8192

/* All of it together is some 65 MiB when everything is taken. */

/* An account counts while the generation is its company's. */
struct company_slot {
    uint64_t generation; /* 0: empty */
    struct chain chain;
};

struct window;

struct account_slot {
    uint64_t generation;
    uint64_t learned; /* when; the oldest makes room */
    struct cached_account cached;
    struct window *window; /* NULL: the lots are the few */
    struct cached_lot few[FEW];
};

struct window {
    struct account_slot *owner; /* NULL: nobody's yet */
    struct cached_lot lots[CACHED_LOTS_MAX];
};

struct account_cache {
    uint64_t generations;
    uint64_t clock;
    struct company_slot companies[COMPANIES];
    struct account_slot accounts[SETS][WAYS];
    uint64_t windows_taken;
    struct window windows[WINDOWS];
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

/* ---- lots ---- */

/* The lots of an account while they are put together. */
struct lots {
    struct cached_lot lots[CACHED_LOTS_MAX];
    size_t count;
    int64_t horizon;
    int64_t held_micros;
};

static int64_t remaining(const struct cached_lot *lot)
{
    return lot->granted_micros - lot->spent_micros - lot->revoked_micros;
}

static struct cached_lot copy_of(const struct lot *lot)
{
    return (struct cached_lot){.sequence = lot->sequence,
                               .source_id = lot->source_id,
                               .granted_micros = lot->granted_micros,
                               .spent_micros = lot->spent_micros,
                               .revoked_micros = lot->revoked_micros,
                               .granted_us = lot->granted_us};
}

/* An open lot up to the horizon, the next one by sequence. One place stays free for the last lot;
 * what finds no place lies behind the horizon. */
static void add_open(struct lots *lots, const struct cached_lot *lot)
{
    if (remaining(lot) == 0 || lot->sequence > lots->horizon)
        return;
    if (lots->count == CACHED_LOTS_MAX - 1) {
        lots->horizon = lots->lots[lots->count - 1].sequence;
        return;
    }
    lots->lots[lots->count++] = *lot;
    lots->held_micros += remaining(lot);
}

/* The batch's lots and those that were cached before it, each as it is now. */
static void put_together(struct lots *lots, const struct account *account,
                         const struct cached_account *before)
{
    const struct lot *last = account->last_lot_known ? account->lots_last : NULL;
    size_t i = 0;
    for (const struct lot *lot = account->lots; lot != last; lot = lot->next) {
        struct cached_lot copy = copy_of(lot);
        for (; i < before->lot_count && before->lots[i].sequence < copy.sequence; i++)
            add_open(lots, &before->lots[i]);
        i += i < before->lot_count && before->lots[i].sequence == copy.sequence;
        add_open(lots, &copy);
    }
    for (; i < before->lot_count && (last == NULL || before->lots[i].sequence < last->sequence);
         i++)
        add_open(lots, &before->lots[i]);
    if (last == NULL)
        return;
    lots->lots[lots->count++] = copy_of(last);
    lots->held_micros += remaining(&lots->lots[lots->count - 1]);
}

/* Its owner is left with the last lot, which the next grant may join. */
static void give_back(struct window *window)
{
    struct account_slot *owner = window->owner;
    struct cached_account *cached = &owner->cached;
    bool has_last = cached->account.last_lot_known && cached->lot_count > 0;
    if (has_last)
        owner->few[0] = window->lots[cached->lot_count - 1];
    cached->lot_count = has_last;
    cached->lots = owner->few;
    cached->account.lots_horizon = -1;
    owner->window = NULL;
}

/* In turn: the window that was taken first makes room. */
static struct window *take_window(struct account_cache *cache, struct account_slot *slot)
{
    struct window *window = &cache->windows[cache->windows_taken++ % WINDOWS];
    if (window->owner != NULL)
        give_back(window);
    window->owner = slot;
    return window;
}

static void store_lots(struct account_cache *cache, struct account_slot *slot,
                       const struct account *account, const struct cached_account *before)
{
    struct lots lots; /* too large to be zeroed each time */
    lots.count = 0;
    lots.held_micros = 0;
    lots.horizon = amount_max(account->lots_horizon, before->account.lots_horizon);
    put_together(&lots, account, before);
    if (lots.held_micros == account_transferred_in(account))
        lots.horizon = INT64_MAX; /* they hold all there is: no other lot is open */
    if (lots.count > FEW && slot->window == NULL)
        slot->window = take_window(cache, slot);
    struct cached_lot *room = slot->window != NULL ? slot->window->lots : slot->few;
    memcpy(room, lots.lots, lots.count * sizeof *room);
    slot->cached.lots = room;
    slot->cached.lot_count = lots.count;
    slot->cached.account.lots_horizon = lots.horizon;
}

/* ---- accounts ---- */

static void store_account(struct account_cache *cache, const struct account *account)
{
    static const struct cached_account nothing = {.account = {.lots_horizon = -1}};
    const struct company_slot *company = find_company(cache, account->company_id);
    if (company == NULL || account->foreign)
        return;
    struct account_slot *slot = slot_to_store(cache, account->id);
    bool goes_on =
        slot->generation == company->generation && id_equal(slot->cached.account.id, account->id);
    const struct cached_account before = goes_on ? slot->cached : nothing;
    slot->generation = company->generation;
    slot->learned = ++cache->clock;
    struct account *kept = &slot->cached.account;
    *kept = *account;
    kept->lots = kept->lots_last = NULL;
    kept->bills = NULL;
    kept->pool_known = account->pool_known && account->pool == NULL; /* only that there is none */
    kept->pool = NULL;
    kept->bills_complete = kept->changed = false;
    store_lots(cache, slot, account, &before);
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
