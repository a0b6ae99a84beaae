#include "ledger/store/facts_keys.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/domain/order_kind.h"
#include "ledger/store/columns.h"

static struct pairs take_pairs(struct columns *columns)
{
    return (struct pairs){.companies = columns_ids(columns), .accounts = columns_ids(columns)};
}

static enum failure keys_init(struct fact_keys *keys, struct arena *arena, size_t order_count)
{
    struct columns columns;
    enum failure failure = columns_init(&columns, arena, 2 * order_count, 31, 5);
    if (failure != FAILURE_NONE)
        return failure;
    *keys = (struct fact_keys){.accounts = take_pairs(&columns),
                               .expiring = take_pairs(&columns),
                               .spenders = take_pairs(&columns),
                               .receivers = take_pairs(&columns),
                               .payers = take_pairs(&columns),
                               .pools = take_pairs(&columns),
                               .consumers = take_pairs(&columns),
                               .companies = columns_ids(&columns),
                               .quota_companies = columns_ids(&columns),
                               .quota_accounts = columns_ids(&columns),
                               .quota_sub_accounts = columns_ids(&columns),
                               .revoke_companies = columns_ids(&columns),
                               .revoke_accounts = columns_ids(&columns),
                               .revoke_sources = columns_ids(&columns),
                               .hold_companies = columns_ids(&columns),
                               .purchase_companies = columns_ids(&columns),
                               .line_companies = columns_ids(&columns),
                               .transits = columns_ids(&columns),
                               .agents = columns_ids(&columns),
                               .customers = columns_ids(&columns),
                               .request_companies = columns_ids(&columns),
                               .requests = columns_ids(&columns),
                               .request_origins = columns_ids(&columns),
                               .request_keys = columns_ids(&columns),
                               .revoke_kinds = columns_int64s(&columns),
                               .holds = columns_int64s(&columns),
                               .purchases = columns_int64s(&columns),
                               .line_currencies = columns_texts(&columns),
                               .request_steps = columns_bools(&columns)};
    return FAILURE_NONE;
}

static void add_pair(struct pairs *pairs, struct id company_id, struct id account_id)
{
    size_t last = pairs->count - 1;
    if (pairs->count > 0 && id_equal(pairs->accounts[last], account_id) &&
        id_equal(pairs->companies[last], company_id))
        return; /* a bulk call names its acting account with every order */
    pairs->companies[pairs->count] = company_id;
    pairs->accounts[pairs->count++] = account_id;
}

static void add_company(struct fact_keys *keys, struct id company_id)
{
    for (size_t i = keys->company_count; i > 0; i--) /* the same one comes again soon */
        if (id_equal(keys->companies[i - 1], company_id))
            return;
    keys->companies[keys->company_count++] = company_id;
}

static void add_revoke(struct fact_keys *keys, const struct order *order)
{
    keys->revoke_companies[keys->revoke_count] = order->company_id;
    keys->revoke_accounts[keys->revoke_count] = order->counterparty_id;
    keys->revoke_kinds[keys->revoke_count] = order_lot_kind(order);
    keys->revoke_sources[keys->revoke_count++] = order->account_id;
}

static void add_hold(struct fact_keys *keys, const struct order *order)
{
    struct id chain_id = entry_chain_of_reference(order);
    keys->hold_companies[keys->hold_count] = chain_id;
    keys->holds[keys->hold_count++] = entry_sequence(chain_id, order->reference_id);
}

static void add_purchase(struct fact_keys *keys, const struct order *order)
{
    struct id chain_id = entry_chain_of_reference(order);
    keys->purchase_companies[keys->purchase_count] = chain_id;
    keys->purchases[keys->purchase_count++] = entry_sequence(chain_id, order->reference_id);
}

static void add_quota(struct fact_keys *keys, const struct order *order)
{
    keys->quota_companies[keys->quota_count] = order->company_id;
    keys->quota_accounts[keys->quota_count] = order->account_id;
    keys->quota_sub_accounts[keys->quota_count++] = order->sub_account_id;
}

/* An account settles for its sub-accounts; a refunded purchase may have been bought for one. */
static bool concerns_pool(const struct order *order)
{
    return !id_is_nil(order->sub_account_id) || order_has(order, NEEDS_POOL);
}

static void add_line(struct fact_keys *keys, const struct order *order)
{
    keys->line_companies[keys->line_count] = order->company_id;
    keys->line_currencies[keys->line_count++] = order->currency;
}

/* Receiving may add to the account's last lot. */
static void add_transit(struct fact_keys *keys, const struct order *order)
{
    add_pair(&keys->receivers, order->company_id, order->account_id);
    keys->transits[keys->transit_count++] = order->reference_id;
}

static void add_relation(struct fact_keys *keys, const struct order *order)
{
    struct relation_ends ends = order_relation(order);
    keys->agents[keys->relation_count] = ends.agent_id;
    keys->customers[keys->relation_count++] = ends.customer_id;
}

static void add_request(struct fact_keys *keys, const struct order *order)
{
    keys->request_companies[keys->request_count] = order->scope_id;
    keys->request_origins[keys->request_count] = order->origin.id;
    keys->request_keys[keys->request_count] = order->request_key;
    keys->request_steps[keys->request_count] = order->origin.is_step;
    keys->requests[keys->request_count++] = order->request_id;
}

static void add_spend(struct fact_keys *keys, const struct order *order)
{
    add_pair(&keys->spenders, order->company_id, order->account_id);
    keys->spends[keys->spend_count++] = order;
}

static void add_consumer(struct fact_keys *keys, const struct order *order)
{
    add_pair(&keys->consumers, order->company_id,
             id_is_nil(order->sub_account_id) ? order->account_id : order->sub_account_id);
}

static void add_order(struct fact_keys *keys, const struct order *order)
{
    add_request(keys, order);
    add_company(keys, order->company_id);
    add_pair(&keys->accounts, order->company_id, order->account_id);
    if (!id_is_nil(order->counterparty_id))
        add_pair(&keys->accounts, order->company_id, order->counterparty_id);
    if (order_has(order, NEEDS_LOTS))
        add_spend(keys, order);
    if (order_has(order, NEEDS_LAST_LOT))
        add_pair(&keys->receivers, order->company_id, order->counterparty_id);
    if (order_has(order, NEEDS_SOURCE_LOTS))
        add_revoke(keys, order);
    if (order_has(order, NEEDS_BILLS))
        add_pair(&keys->payers, order->company_id, order->account_id);
    if (order_has(order, NEEDS_HOLD))
        add_hold(keys, order);
    if (order_has(order, NEEDS_PURCHASE))
        add_purchase(keys, order);
    if (order_has(order, NEEDS_LINE))
        add_line(keys, order);
    if (order_has(order, NEEDS_TRANSIT))
        add_transit(keys, order);
    if (order_has(order, NEEDS_RELATION))
        add_relation(keys, order);
    if (concerns_pool(order))
        add_pair(&keys->pools, order->company_id, order->account_id);
    if (!id_is_nil(order->sub_account_id))
        add_quota(keys, order);
    if (order_has(order, COUNTS_FOR_CAP))
        add_consumer(keys, order);
}

struct pair {
    struct id account_id, company_id;
};

static int pair_compare(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int by_account = id_compare(left->account_id, right->account_id);
    return by_account != 0 ? by_account : id_compare(left->company_id, right->company_id);
}

/* Each pair once, by account; room for them all was asked for. */
static void merge(struct pairs *pairs, struct pair *room)
{
    for (size_t i = 0; i < pairs->count; i++)
        room[i] = (struct pair){pairs->accounts[i], pairs->companies[i]};
    qsort(room, pairs->count, sizeof *room, pair_compare);
    size_t count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        if (i > 0 && pair_compare(&room[i - 1], &room[i]) == 0)
            continue;
        pairs->accounts[count] = room[i].account_id;
        pairs->companies[count++] = room[i].company_id;
    }
    pairs->count = count;
}

enum failure keys_collect(struct fact_keys *keys, struct arena *arena,
                          const struct order *const *orders, size_t order_count)
{
    struct pair *room = arena_try_alloc_array(arena, 2 * order_count, sizeof *room);
    const struct order **spends = arena_try_alloc_array(arena, order_count, sizeof *spends);
    enum failure failure =
        room != NULL && spends != NULL ? keys_init(keys, arena, order_count) : FAILURE_EXHAUSTED;
    if (failure != FAILURE_NONE)
        return failure;
    keys->spends = spends;
    for (size_t i = 0; i < order_count; i++)
        add_order(keys, orders[i]);
    merge(&keys->accounts, room);
    merge(&keys->spenders, room);
    merge(&keys->receivers, room);
    merge(&keys->payers, room);
    merge(&keys->pools, room);
    merge(&keys->consumers, room);
    for (size_t i = 0; i < keys->accounts.count; i++)
        add_pair(&keys->expiring, keys->accounts.companies[i], keys->accounts.accounts[i]);
    return FAILURE_NONE;
}

void keys_omit_requests(struct fact_keys *keys)
{
    keys->request_count = 0;
}

bool keys_are_empty(const struct fact_keys *keys)
{
    return keys->accounts.count + keys->expiring.count + keys->spenders.count +
               keys->receivers.count + keys->payers.count + keys->pools.count +
               keys->consumers.count + keys->quota_count + keys->revoke_count + keys->hold_count +
               keys->purchase_count + keys->line_count + keys->transit_count +
               keys->relation_count + keys->request_count ==
           0;
}
