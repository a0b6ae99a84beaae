/* The cache keeps what a batch left behind: both sides of each boundary, through public functions
 * only. */
#include "tests/ledger/store/batch.h"

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
        cmocka_unit_test(test_the_account_that_was_learned_first_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
