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

bool account_cache_is_of(const struct account_cache *cache, const struct chain *chain)
{
    const struct company_slot *known = find_company(cache, chain->company_id);
    return known != NULL && id_equal(known->chain.revision, chain->revision_found);
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

static int64_t remaining(const struct cached_lot *lot)
{
    return lot->granted_micros - lot->spent_micros - lot->revoked_micros;
}

static struct cached_lot copy_of(const struct lot *lot)
{
    return (struct cached_lot){.sequence = lot->sequence,
                               .kind = lot->kind,
                               .source_id = lot->source_id,
                               .granted_micros = lot->granted_micros,
                               .spent_micros = lot->spent_micros,
                               .revoked_micros = lot->revoked_micros};
}

static struct cached_lot *room_of(struct account_slot *slot)
{
    return slot->window != NULL ? slot->window->lots : slot->few;
}

/* The first of the cached lots that is none before this sequence; the last one when all are. */
static size_t find_lot(const struct cached_account *cached, int64_t sequence)
{
    size_t from = 0, to = cached->lot_count > 0 ? cached->lot_count - 1 : 0;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (cached->lots[middle].sequence < sequence)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static const struct lot *last_of(const struct account *account)
{
    return account->last_lot_known ? account->lots_last : NULL;
}

/* Most batches change a lot or two of the many, and close none: those are changed where they lie.
 * Returns the first lot of another kind; all behind it are put together anew. */
static const struct lot *change_in_place(struct account_slot *slot, const struct account *account)
{
    const struct cached_account *cached = &slot->cached;
    const struct lot *lot = account->lots;
    for (; lot != last_of(account); lot = lot->next) {
        struct cached_lot copy = copy_of(lot);
        size_t i = find_lot(cached, copy.sequence);
        if (i + 1 >= cached->lot_count || cached->lots[i].sequence != copy.sequence ||
            remaining(&copy) == 0)
            break;
        room_of(slot)[i] = copy;
    }
    return lot;
}

/* The lots behind those that stay. */
struct rest {
    size_t staying;
    struct cached_lot lots[CACHED_LOTS_MAX];
    size_t count;
    int64_t newest; /* sequence of the last one so far, those that stay included */
    int64_t horizon;
};

/* An open lot up to the horizon, the next one by sequence. One place stays free for the last lot;
 * one that finds no place lies behind the horizon. */
static void add_open(struct rest *rest, const struct cached_lot *lot)
{
    if (remaining(lot) == 0 || lot->sequence > rest->horizon)
        return;
    if (rest->staying + rest->count == CACHED_LOTS_MAX - 1) {
        rest->horizon = rest->newest;
        return;
    }
    rest->newest = lot->sequence;
    rest->lots[rest->count++] = *lot;
}

/* The batch's lots from this one on, and those that were cached, each as it is now. */
static void put_together(struct rest *rest, const struct cached_account *cached,
                         const struct lot *lot, const struct lot *last)
{
    size_t i = rest->staying;
    for (; lot != last; lot = lot->next) {
        struct cached_lot copy = copy_of(lot);
        for (; i < cached->lot_count && cached->lots[i].sequence < copy.sequence; i++)
            add_open(rest, &cached->lots[i]);
        i += i < cached->lot_count && cached->lots[i].sequence == copy.sequence;
        add_open(rest, &copy);
    }
    for (; i < cached->lot_count && (last == NULL || cached->lots[i].sequence < last->sequence);
         i++)
        add_open(rest, &cached->lots[i]);
    if (last != NULL)
        rest->lots[rest->count++] = copy_of(last);
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

/* Whether no other lot is open: these hold all that the account was given and still has. */
static bool hold_all(const struct cached_account *cached, const struct account *account)
{
    int64_t held_micros = 0;
    for (size_t i = 0; i < cached->lot_count; i++)
        held_micros += remaining(&cached->lots[i]);
    return held_micros == account_transferred_in(account);
}

/* slot->cached is what was known before the batch. */
static void store_lots(struct account_cache *cache, struct account_slot *slot,
                       const struct account *account)
{
    struct cached_account *cached = &slot->cached;
    const struct lot *lot = change_in_place(slot, account);
    struct rest rest; /* too large to be zeroed each time */
    rest.staying = find_lot(cached, lot != NULL ? lot->sequence : INT64_MAX);
    rest.count = 0;
    rest.newest = rest.staying > 0 ? cached->lots[rest.staying - 1].sequence : -1;
    rest.horizon = amount_max(account->lots_horizon, cached->account.lots_horizon);
    put_together(&rest, cached, lot, last_of(account));
    if (rest.staying + rest.count > FEW && slot->window == NULL) {
        slot->window = take_window(cache, slot);
        memcpy(slot->window->lots, slot->few, rest.staying * sizeof *slot->few);
    }
    memcpy(room_of(slot) + rest.staying, rest.lots, rest.count * sizeof *rest.lots);
    cached->lots = room_of(slot);
    cached->lot_count = rest.staying + rest.count;
    cached->account.lots_horizon = rest.horizon;
    if (cached->lot_count < CACHED_LOTS_MAX && hold_all(cached, account))
        cached->account.lots_horizon = INT64_MAX;
}

/* ---- accounts ---- */

static void store_account(struct account_cache *cache, const struct account *account)
{
    const struct company_slot *company = find_company(cache, account->company_id);
    if (company == NULL || account->foreign)
        return;
    struct account_slot *slot = slot_to_store(cache, account->id);
    if (slot->generation != company->generation ||
        !id_equal(slot->cached.account.id, account->id)) {
        slot->cached.lot_count = 0;
        slot->cached.account.lots_horizon = -1;
    }
    slot->generation = company->generation;
    slot->learned = ++cache->clock;
    store_lots(cache, slot, account);
    struct account *kept = &slot->cached.account;
    int64_t horizon = kept->lots_horizon;
    *kept = *account;
    kept->lots_horizon = horizon;
    kept->lots = kept->lots_last = NULL;
    kept->bills = NULL;
    kept->pool_known = account->pool_known && account->pool == NULL; /* only that there is none */
    kept->pool = NULL;
    kept->bills_complete = kept->changed = false;
}

/* The cached accounts of the company stay when the batch began where the cache ended. */
static void store_chain(struct account_cache *cache, const struct chain *chain)
{
    struct company_slot *slot = &cache->companies[company_index(chain->company_id)];
    if (!account_cache_is_of(cache, chain))
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
