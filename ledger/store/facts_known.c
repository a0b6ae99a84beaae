#include <stdlib.h>
#include <string.h>

#include "ledger/store/facts_keys.h"
#include "runtime/base/amount.h"

static int known_against_id(const void *id, const void *known)
{
    return id_compare(*(const struct id *)id, ((const struct known_account *)known)->account.id);
}

static struct known_account *find(const struct cached_facts *known, struct id account_id)
{
    return known->account_count == 0 ? NULL
                                     : bsearch(&account_id, known->accounts, known->account_count,
                                               sizeof *known->accounts, known_against_id);
}

/* Keeps the pairs that still have to be asked for. */
static void omit(struct pairs *pairs, const struct cached_facts *known,
                 bool (*is_known)(const struct known_account *account))
{
    size_t kept = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        const struct known_account *account = find(known, pairs->accounts[i]);
        if (account != NULL && is_known(account))
            continue;
        pairs->companies[kept] = pairs->companies[i];
        pairs->accounts[kept++] = pairs->accounts[i];
    }
    pairs->count = kept;
}

static bool is_cached(const struct known_account *account)
{
    (void)account;
    return true;
}

static bool has_no_holds(const struct known_account *account)
{
    return account->account.frozen_micros == 0;
}

static bool has_all_lots(const struct known_account *account)
{
    return account->account.lots_horizon == INT64_MAX;
}

static bool has_enough_lots(const struct known_account *account)
{
    return account->suffices;
}

static bool has_its_last_lot(const struct known_account *account)
{
    return account->account.last_lot_known;
}

static bool has_no_pool(const struct known_account *account)
{
    return account->account.pool_known;
}

static bool has_no_cap(const struct known_account *account)
{
    return account->account.uncapped;
}

/* All that is open is known, and that there was something of this origin (LED-11). */
static bool knows_origin(const struct known_account *account, struct id source_id, int64_t kind)
{
    for (size_t i = 0; has_all_lots(account) && i < account->lot_count; i++)
        if (id_equal(account->lots[i].source_id, source_id) &&
            (int64_t)account->lots[i].kind == kind)
            return true;
    return false;
}

static void omit_revokes(struct fact_keys *keys, const struct cached_facts *known)
{
    size_t kept = 0;
    for (size_t i = 0; i < keys->revoke_count; i++) {
        const struct known_account *account = find(known, keys->revoke_accounts[i]);
        if (account != NULL &&
            knows_origin(account, keys->revoke_sources[i], keys->revoke_kinds[i]))
            continue;
        keys->revoke_companies[kept] = keys->revoke_companies[i];
        keys->revoke_accounts[kept] = keys->revoke_accounts[i];
        keys->revoke_kinds[kept] = keys->revoke_kinds[i];
        keys->revoke_sources[kept++] = keys->revoke_sources[i];
    }
    keys->revoke_count = kept;
}

static int chain_compare(const void *a, const void *b)
{
    return id_compare(((const struct chain *)a)->company_id, ((const struct chain *)b)->company_id);
}

static void take_chains(const struct fact_keys *keys, const struct account_cache *cache,
                        struct cached_facts *known)
{
    for (size_t i = 0; i < keys->company_count; i++) {
        const struct chain *chain = account_cache_chain(cache, keys->companies[i]);
        if (chain != NULL)
            known->chains[known->chain_count++] = *chain;
    }
    qsort(known->chains, known->chain_count, sizeof *known->chains, chain_compare);
}

/* ---- as many lots as are likely to be needed ---- */

/* No order takes more from the lots than its amount and what was owed before. This need not be
 * exact: whatever falls short is read after all. */
static void want_lots(const struct fact_keys *keys, const struct cached_facts *known)
{
    for (size_t i = 0; i < keys->spend_count; i++) {
        const struct order *order = keys->spends[i];
        struct known_account *spender = find(known, order->account_id);
        if (spender == NULL)
            continue;
        const struct account *account = &spender->account;
        if (spender->wanted_micros < 0)
            spender->wanted_micros = account_unbilled(account) + account_outstanding(account);
        spender->wanted_micros = amount_min(
            spender->wanted_micros + amount_min(order->amount_micros, ACCOUNT_MICROS_MAX),
            account_transferred_in(account));
    }
    for (size_t i = 0; i < keys->revoke_count; i++) {
        struct known_account *holder = find(known, keys->revoke_accounts[i]);
        if (holder != NULL)
            holder->wanted_micros = INT64_MAX;
    }
}

#define FEW 5 /* are taken whatever is wanted */

static enum failure take_lots(struct arena *arena, const struct cached_account *cached,
                              struct known_account *known)
{
    const struct cached_lot *lots = cached->lots;
    int64_t held_micros = 0, horizon = cached->account.lots_horizon;
    size_t count = 0;
    for (; count < cached->lot_count && lots[count].sequence <= horizon; count++) {
        if (cached->lot_count > FEW && held_micros >= known->wanted_micros)
            break;
        held_micros +=
            lots[count].granted_micros - lots[count].spent_micros - lots[count].revoked_micros;
    }
    known->suffices = horizon == INT64_MAX || held_micros >= known->wanted_micros;
    if (count < cached->lot_count && lots[count].sequence <= horizon)
        known->account.lots_horizon = count > 0 ? lots[count - 1].sequence : -1;
    known->lots = arena_try_alloc_array(arena, count + 1, sizeof *known->lots);
    if (known->lots == NULL)
        return FAILURE_EXHAUSTED;
    memcpy(known->lots, lots, count * sizeof *lots);
    known->lot_count = count;
    if (count < cached->lot_count && cached->account.last_lot_known)
        known->lots[known->lot_count++] = lots[cached->lot_count - 1];
    return FAILURE_NONE;
}

static enum failure take_accounts(const struct fact_keys *keys, struct arena *arena,
                                  const struct account_cache *cache, struct cached_facts *known)
{
    const struct cached_account **found =
        arena_try_alloc_array(arena, keys->accounts.count, sizeof *found);
    if (found == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < keys->accounts.count; i++) {
        const struct cached_account *cached =
            account_cache_find(cache, keys->accounts.companies[i], keys->accounts.accounts[i]);
        if (cached == NULL)
            continue;
        found[known->account_count] = cached;
        known->accounts[known->account_count++] =
            (struct known_account){.account = cached->account, .wanted_micros = -1};
    }
    want_lots(keys, known);
    for (size_t i = 0; i < known->account_count; i++) {
        enum failure failure = take_lots(arena, found[i], &known->accounts[i]);
        if (failure != FAILURE_NONE)
            return failure;
    }
    return FAILURE_NONE;
}

enum failure keys_take_cached(struct fact_keys *keys, struct arena *arena,
                              const struct account_cache *cache, bool deep,
                              struct cached_facts *known)
{
    *known = (struct cached_facts){
        .accounts = arena_try_alloc_array(arena, keys->accounts.count, sizeof *known->accounts),
        .chains = arena_try_alloc_array(arena, keys->company_count, sizeof *known->chains)};
    if (known->accounts == NULL || known->chains == NULL)
        return FAILURE_EXHAUSTED;
    take_chains(keys, cache, known);
    enum failure failure = take_accounts(keys, arena, cache, known);
    if (failure != FAILURE_NONE)
        return failure;
    omit(&keys->accounts, known, is_cached);
    omit(&keys->expiring, known, has_no_holds);
    omit(&keys->spenders, known, deep ? has_all_lots : has_enough_lots);
    omit(&keys->receivers, known, has_its_last_lot);
    omit(&keys->pools, known, has_no_pool);
    omit(&keys->consumers, known, has_no_cap);
    omit_revokes(keys, known);
    return FAILURE_NONE;
}
