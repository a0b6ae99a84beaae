/* The cache of a batch, and the questions that a batch then still asks: both sides of each
 * boundary, through public functions only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/store/facts_keys.h"

#define LOTS 8

/* One batch of one company with one account, and what it found of it. */
struct batch {
    struct chain chain;
    struct account account;
    struct lot lots[LOTS];
    struct facts facts;
};

static struct account_cache *cache; /* one per process: each test has ids of its own */
static uint64_t last_id;

static struct id fresh_id(void)
{
    struct id id = {{[6] = 0x70, [8] = 0x80}};
    last_id++;
    for (size_t i = 0; i < 6; i++)
        id.bytes[15 - i] = (uint8_t)(last_id >> (8 * i));
    return id;
}

/* Of an account that everything was read of: no money, no lots. */
static struct batch *open_batch(struct batch *batch)
{
    *batch = (struct batch){
        .chain = {.company_id = fresh_id(), .revision_found = fresh_id(), .revision = fresh_id()}};
    batch->account = (struct account){.company_id = batch->chain.company_id,
                                      .id = fresh_id(),
                                      .currency = "CNY",
                                      .state = ACCOUNT_ACTIVE,
                                      .lots_horizon = INT64_MAX,
                                      .last_lot_known = true,
                                      .pool_known = true,
                                      .changed = true};
    batch->facts = (struct facts){
        .chains = &batch->chain, .chain_count = 1, .accounts = &batch->account, .account_count = 1};
    return batch;
}

/* A lot behind the others, of a source of its own; left: what is not spent of its ten. */
static void add_lot(struct batch *batch, int64_t left)
{
    struct account *account = &batch->account;
    struct lot *lot = account->lots_last == NULL ? batch->lots : account->lots_last + 1;
    *lot = (struct lot){.account = account,
                        .sequence = 1 + (lot - batch->lots),
                        .source_id = fresh_id(),
                        .granted_micros = 10,
                        .spent_micros = 10 - left,
                        .is_new = true,
                        .changed = true};
    if (account->lots_last != NULL)
        account->lots_last->next = lot;
    else
        account->lots = lot;
    account->lots_last = lot;
    account->books[BOOK_TRANSFERRED_IN] += left;
}

static void add_lots(struct batch *batch, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_lot(batch, 10);
}

/* The next batch of the company begins where this one ended. */
static void go_on(struct batch *batch)
{
    batch->chain.revision_found = batch->chain.revision;
    batch->chain.revision = fresh_id();
}

static const struct cached_account *learn(struct batch *batch)
{
    account_cache_store(cache, &batch->facts);
    return account_cache_find(cache, batch->chain.company_id, batch->account.id);
}

static void test_what_a_batch_left_behind(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    assert_null(account_cache_chain(cache, batch.chain.company_id));
    assert_null(account_cache_find(cache, batch.chain.company_id, batch.account.id));
    add_lot(&batch, 10);
    batch.account.version = 7;
    const struct cached_account *cached = learn(&batch);
    const struct chain *chain = account_cache_chain(cache, batch.chain.company_id);
    assert_non_null(cached);
    assert_memory_equal(&chain->revision, &batch.chain.revision, sizeof chain->revision);
    assert_memory_equal(&chain->revision_found, &batch.chain.revision,
                        sizeof chain->revision); /* what the next one is decided upon */
    assert_int_equal(cached->account.version, 7);
    assert_null(cached->account.lots);
    assert_null(cached->account.lots_last);
    assert_false(cached->account.changed);
    assert_null(cached->lots[0].account);
    assert_false(cached->lots[0].is_new || cached->lots[0].changed);
    assert_null(account_cache_find(cache, fresh_id(),
                                   batch.account.id)); /* an account is cached with its company */
}

static void test_another_revision_forgets_the_other_accounts(void **state)
{
    (void)state;
    struct batch batch;
    struct id first = open_batch(&batch)->account.id;
    (void)learn(&batch);
    batch.account.id = fresh_id();
    go_on(&batch);
    (void)learn(&batch);
    assert_non_null(
        account_cache_find(cache, batch.chain.company_id, first)); /* nobody was in between */
    batch.account.id = fresh_id();
    go_on(&batch);
    batch.chain.revision_found = fresh_id(); /* somebody was */
    assert_non_null(learn(&batch));
    assert_null(account_cache_find(cache, batch.chain.company_id, first));
}

static void test_lots_are_complete_up_to_five(void **state)
{
    (void)state;
    struct batch batch;
    for (size_t count = 0; count <= LOTS; count++) {
        open_batch(&batch);
        add_lots(&batch, count);
        const struct cached_account *cached = learn(&batch);
        assert_int_equal(cached->lots_complete, count <= 5);
        assert_int_equal(cached->lot_count, count <= 5 ? count : 1);
        assert_int_equal(cached->account.lots_horizon, count <= 5 ? INT64_MAX : -1);
        if (count > 0) /* the last one, which the next grant may join */
            assert_int_equal(cached->lots[cached->lot_count - 1].sequence, count);
    }
}

static void test_a_closed_lot_counts_when_it_is_the_last(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lot(&batch, 0);
    add_lots(&batch, 3);
    add_lot(&batch, 0);
    add_lots(&batch, 1);
    assert_int_equal(learn(&batch)->lot_count, 4);
    add_lot(&batch, 0);
    assert_int_equal(learn(&batch)->lot_count, 5);
    assert_true(learn(&batch)->lots_complete);
    batch.account.last_lot_known = false; /* it is but one that was read for a refund */
    assert_int_equal(learn(&batch)->lot_count, 4);
}

static void test_five_open_ones_and_a_closed_last_one_are_six(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 5);
    add_lot(&batch, 0);
    const struct cached_account *cached = learn(&batch);
    assert_false(cached->lots_complete);
    assert_int_equal(cached->lots[0].sequence, 6);
    batch.account.last_lot_known = false;
    cached = learn(&batch);
    assert_true(cached->lots_complete);
    assert_int_equal(cached->lot_count, 5);
}

static void test_lots_that_were_not_all_read(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lot(&batch, 10);
    batch.account.lots_horizon = 1;
    assert_false(learn(&batch)->lots_complete);
    batch.account.last_lot_known = false;
    assert_int_equal(learn(&batch)->lot_count, 0);
    batch.account.books[BOOK_TRANSFERRED_IN] = 0; /* where nothing is left, nothing is open */
    batch.account.lots_horizon = -1;
    assert_true(learn(&batch)->lots_complete);
}

static void test_that_there_is_no_pool(void **state)
{
    (void)state;
    struct batch batch;
    struct quota_pool pool = {0};
    open_batch(&batch);
    assert_true(learn(&batch)->account.pool_known);
    batch.account.pool = &pool; /* of one that there is, more would have to be known */
    assert_false(learn(&batch)->account.pool_known);
    assert_null(learn(&batch)->account.pool);
}

static void test_another_companys_account_is_not_learned(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch)->account.foreign = true;
    assert_null(learn(&batch));
    batch.account.foreign = false;
    batch.account.company_id = fresh_id();
    (void)learn(&batch);
    assert_null(account_cache_find(cache, batch.account.company_id, batch.account.id));
}

/* A company that takes the place of another one. */
static void open_rival(struct batch *rival, struct id company_id)
{
    for (int i = 0; i < 1000000 && account_cache_chain(cache, company_id) != NULL; i++)
        (void)learn(open_batch(rival));
    assert_null(account_cache_chain(cache, company_id));
}

static void test_a_company_that_made_room_is_forgotten_whole(void **state)
{
    (void)state;
    struct batch batch, rival;
    struct id first = open_batch(&batch)->account.id;
    (void)learn(&batch);
    open_rival(&rival, batch.chain.company_id);
    assert_null(account_cache_find(cache, batch.chain.company_id, first));
    batch.account.id = fresh_id();
    assert_non_null(learn(&batch)); /* back, at the very revision that it had */
    assert_null(account_cache_find(cache, batch.chain.company_id, first));
    assert_null(account_cache_find(cache, rival.chain.company_id, rival.account.id));
}

static void test_rivals_in_one_batch(void **state)
{
    (void)state;
    struct batch batch, rival;
    (void)learn(open_batch(&batch));
    open_rival(&rival, batch.chain.company_id);
    struct chain chains[] = {batch.chain, rival.chain};
    struct account accounts[] = {batch.account, rival.account};
    account_cache_store(
        cache, &(struct facts){
                   .chains = chains, .chain_count = 2, .accounts = accounts, .account_count = 2});
    assert_null(account_cache_find(cache, batch.chain.company_id, batch.account.id));
    assert_non_null(account_cache_find(cache, rival.chain.company_id, rival.account.id));
}

static void test_the_account_that_was_learned_first_makes_room(void **state)
{
    (void)state;
    enum { MANY = 200000, MOST = 65536 };
    static struct id ids[MANY];
    struct batch batch;
    open_batch(&batch);
    struct account hot = batch.account;
    for (size_t i = 0; i < MANY; i++) {
        struct account accounts[] = {hot, batch.account};
        accounts[1].id = ids[i] = fresh_id();
        accounts[1].version = (int64_t)i;
        go_on(&batch);
        batch.facts.accounts = accounts;
        batch.facts.account_count =
            i % 2 == 0 ? 2 : 1; /* every other batch has the hot one alone */
        account_cache_store(cache, &batch.facts);
        assert_non_null(account_cache_find(cache, batch.chain.company_id, hot.id));
        assert_int_equal(account_cache_find(cache, batch.chain.company_id, ids[i]) != NULL,
                         i % 2 == 0);
    }
    size_t known = 0;
    for (size_t i = 0; i < MANY; i++) {
        const struct cached_account *cached =
            account_cache_find(cache, batch.chain.company_id, ids[i]);
        assert_true(cached == NULL || cached->account.version == (int64_t)i);
        known += cached != NULL;
    }
    assert_in_range(known, MOST / 2, MOST);
}

/* ---- what is still asked for ---- */

static struct fact_keys keys_of(struct batch *batch, enum order_kind kind, struct id account_id,
                                struct id counterparty_id)
{
    static struct arena arena;
    arena_deinit(&arena);
    arena_init(&arena, 1 << 20);
    struct order order = {.kind = kind,
                          .company_id = batch->chain.company_id,
                          .account_id = account_id,
                          .request_id = fresh_id(),
                          .counterparty_id = counterparty_id,
                          .remark = "",
                          .tag = ""};
    const struct order *orders[] = {&order};
    struct fact_keys keys;
    struct cached_facts known;
    assert_int_equal(keys_collect(&keys, &arena, orders, 1), FAILURE_NONE);
    assert_int_equal(keys_take_cached(&keys, &arena, cache, &known), FAILURE_NONE);
    keys_omit_requests(&keys);
    return keys;
}

static void test_a_remembered_account_is_not_asked_for(void **state)
{
    (void)state;
    struct batch batch;
    (void)learn(open_batch(&batch));
    struct fact_keys keys = keys_of(&batch, ORDER_USAGE, batch.account.id, (struct id){0});
    assert_true(keys_are_empty(&keys));
    keys = keys_of(&batch, ORDER_USAGE, fresh_id(), (struct id){0});
    assert_false(keys_are_empty(&keys));
    batch.chain.company_id = fresh_id();
    keys = keys_of(&batch, ORDER_USAGE, batch.account.id, (struct id){0});
    assert_int_equal(keys.accounts.count, 1);
}

static void test_holds_are_asked_for_while_anything_is_frozen(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch)->account.frozen_micros = 1;
    (void)learn(&batch);
    struct fact_keys keys = keys_of(&batch, ORDER_TOP_UP, batch.account.id, (struct id){0});
    assert_int_equal(keys.expiring.count, 1);
    batch.account.frozen_micros = 0;
    (void)learn(&batch);
    keys = keys_of(&batch, ORDER_TOP_UP, batch.account.id, (struct id){0});
    assert_true(keys_are_empty(&keys));
}

static void test_lots_are_asked_for_that_are_not_all_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 6);
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_USAGE, batch.account.id, (struct id){0}).spenders.count,
                     1);
    struct id lender = batch.account.id;
    batch.account.id = fresh_id();
    batch.account.last_lot_known = false;
    batch.account.books[BOOK_TRANSFERRED_IN] = 0;
    go_on(&batch);
    (void)learn(&batch);
    struct fact_keys keys = keys_of(&batch, ORDER_TRANSFER, lender, batch.account.id);
    assert_int_equal(keys.receivers.count, 1); /* its last lot, though no lot is open */
    assert_int_equal(keys.spenders.count + keys.accounts.count, 0);
    keys = keys_of(&batch, ORDER_TRANSFER, batch.account.id, lender);
    assert_int_equal(keys.receivers.count, 0);
}

static void test_a_source_is_asked_for_of_which_no_lot_is_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 2);
    (void)learn(&batch);
    struct id holder = batch.account.id, source = batch.lots[0].source_id;
    batch.account = (struct account){
        .company_id = batch.chain.company_id, .id = source, .lots_horizon = INT64_MAX};
    go_on(&batch);
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE, source, holder).revoke_count, 0);
    batch.account.id = fresh_id(); /* LED-11: it may have had lots that are closed */
    go_on(&batch);
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE, batch.account.id, holder).revoke_count, 1);
}

static void test_a_source_is_asked_for_when_only_its_last_lot_is_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 6);
    struct id holder = batch.account.id, source = batch.lots[5].source_id;
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE, source, holder).revoke_count, 1);
}

static void test_pools_are_asked_for_unless_there_is_none(void **state)
{
    (void)state;
    struct batch batch;
    struct quota_pool pool = {0};
    open_batch(&batch)->account.pool = &pool;
    (void)learn(&batch);
    assert_int_equal(
        keys_of(&batch, ORDER_SETTLEMENT, batch.account.id, (struct id){0}).pools.count, 1);
}

int main(void)
{
    cache = account_cache_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_batch_left_behind),
        cmocka_unit_test(test_another_revision_forgets_the_other_accounts),
        cmocka_unit_test(test_lots_are_complete_up_to_five),
        cmocka_unit_test(test_a_closed_lot_counts_when_it_is_the_last),
        cmocka_unit_test(test_five_open_ones_and_a_closed_last_one_are_six),
        cmocka_unit_test(test_lots_that_were_not_all_read),
        cmocka_unit_test(test_that_there_is_no_pool),
        cmocka_unit_test(test_another_companys_account_is_not_learned),
        cmocka_unit_test(test_a_company_that_made_room_is_forgotten_whole),
        cmocka_unit_test(test_rivals_in_one_batch),
        cmocka_unit_test(test_a_remembered_account_is_not_asked_for),
        cmocka_unit_test(test_holds_are_asked_for_while_anything_is_frozen),
        cmocka_unit_test(test_lots_are_asked_for_that_are_not_all_known),
        cmocka_unit_test(test_a_source_is_asked_for_of_which_no_lot_is_known),
        cmocka_unit_test(test_a_source_is_asked_for_when_only_its_last_lot_is_known),
        cmocka_unit_test(test_pools_are_asked_for_unless_there_is_none),
        cmocka_unit_test(test_the_account_that_was_learned_first_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
