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
    assert_true(account_cache_is_of(cache, &batch.chain));
    batch.chain.revision_found = fresh_id(); /* somebody was */
    assert_false(account_cache_is_of(cache, &batch.chain));
    assert_non_null(learn(&batch));
    assert_null(account_cache_find(cache, batch.chain.company_id, first));
}

static void test_lots_are_complete_up_to_sixty_four(void **state)
{
    (void)state;
    struct batch batch;
    for (size_t count = 0; count <= 66; count++) {
        open_batch(&batch);
        add_lots(&batch, count);
        const struct cached_account *cached = learn(&batch);
        assert_int_equal(cached->account.lots_horizon, count <= 64 ? INT64_MAX : 63);
        assert_int_equal(cached->lot_count, count <= 64 ? count : 64);
        for (size_t i = 0; i < cached->lot_count && i < 63; i++) /* those that are spent first */
            assert_int_equal(cached->lots[i].sequence, i + 1);
        if (count > 0) /* and the last one, which the next grant may join */
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
    assert_int_equal(learn(&batch)->account.lots_horizon, INT64_MAX);
    open_batch(&batch)->account.last_lot_known =
        false; /* it is but one that was read for a refund */
    add_lots(&batch, 4);
    add_lot(&batch, 0);
    assert_int_equal(learn(&batch)->lot_count, 4);
}

static void test_sixty_four_open_ones_and_a_closed_last_one_are_too_many(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 63);
    add_lot(&batch, 0);
    assert_int_equal(learn(&batch)->account.lots_horizon, INT64_MAX);
    open_batch(&batch);
    add_lots(&batch, 64);
    add_lot(&batch, 0);
    const struct cached_account *cached = learn(&batch);
    assert_int_equal(cached->account.lots_horizon, 63);
    assert_int_equal(cached->lots[62].sequence, 63);
    assert_int_equal(cached->lots[63].sequence, 65);
}

static void test_lots_that_were_not_all_read(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 4);
    batch.account.lots_horizon = 2;
    const struct cached_account *cached = learn(&batch);
    assert_int_equal(cached->account.lots_horizon, 2);
    assert_int_equal(cached->lot_count, 3); /* the third lies behind it, the fourth is the last */
    assert_int_equal(cached->lots[2].sequence, 4);
    open_batch(&batch)->account.last_lot_known = false;
    add_lots(&batch, 4);
    batch.account.lots_horizon = 2;
    assert_int_equal(learn(&batch)->lot_count, 2);
    batch.account.books[BOOK_TRANSFERRED_IN] = 21;
    assert_int_equal(learn(&batch)->account.lots_horizon, 2);
    batch.account.books[BOOK_TRANSFERRED_IN] = 20; /* no other lot is open: these hold all */
    assert_int_equal(learn(&batch)->account.lots_horizon, INT64_MAX);
    open_batch(&batch)->account.lots_horizon = -1; /* where nothing is left, nothing is open */
    assert_int_equal(learn(&batch)->account.lots_horizon, INT64_MAX);
}

/* The next batch of the account, which found but these lots of it. */
static void find_lots(struct batch *batch, size_t first, size_t last)
{
    go_on(batch);
    batch->account.lots = &batch->lots[first - 1];
    batch->account.lots_last = &batch->lots[last - 1];
    batch->account.lots_last->next = NULL;
    batch->account.lots_horizon = -1;
    batch->account.last_lot_known = false;
}

static void assert_cached_lots(const struct cached_account *cached, int64_t first, int64_t last,
                               int64_t horizon)
{
    assert_int_equal(cached->lot_count, last - first + 1);
    for (size_t i = 0; i < cached->lot_count; i++)
        assert_int_equal(cached->lots[i].sequence, first + (int64_t)i);
    assert_int_equal(cached->account.lots_horizon, horizon);
}

static void test_what_a_batch_did_not_look_at_stays_as_it_was(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 30);
    assert_cached_lots(learn(&batch), 1, 30, INT64_MAX);
    find_lots(&batch, 1, 3);
    batch.lots[0].spent_micros = batch.lots[1].spent_micros = 10;
    batch.lots[2].spent_micros = 4;
    const struct cached_account *cached = learn(&batch);
    assert_cached_lots(cached, 3, 30, INT64_MAX);
    assert_int_equal(cached->lots[0].spent_micros, 4);
    find_lots(&batch, 12, 12); /* in the midst */
    batch.lots[11].revoked_micros = 10;
    cached = learn(&batch);
    assert_int_equal(cached->lot_count, 27);
    assert_int_equal(cached->lots[8].sequence, 11);
    assert_int_equal(cached->lots[9].sequence, 13);
    find_lots(&batch, 2, 2); /* a refund opens it again */
    batch.lots[1].spent_micros = 9;
    cached = learn(&batch);
    assert_int_equal(cached->lots[0].sequence, 2);
    assert_int_equal(cached->lot_count, 28);
}

static void test_lots_from_before_somebody_elses_batch_are_forgotten(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 30);
    (void)learn(&batch);
    find_lots(&batch, 1, 3);
    batch.account.lots_horizon = 2;
    batch.chain.revision_found = fresh_id();
    assert_cached_lots(learn(&batch), 1, 2, 2);
}

static void test_a_transfer_comes_behind_lots_that_are_not_cached(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 70);
    assert_int_equal(learn(&batch)->account.lots_horizon, 63);
    find_lots(&batch, 70, 70);
    batch.account.last_lot_known = true;
    add_lots(&batch, 1);
    const struct cached_account *cached = learn(&batch);
    assert_int_equal(cached->lot_count, 64);
    assert_int_equal(cached->account.lots_horizon, 63);
    assert_int_equal(cached->lots[62].sequence, 63);
    assert_int_equal(cached->lots[63].sequence, 71);
}

/* More accounts than there are windows for. */
static void test_the_window_that_was_taken_first_makes_room(void **state)
{
    (void)state;
    enum { MANY = 9000, WINDOWS = 8192 };
    static struct id ids[MANY];
    struct batch batch;
    size_t whole = 0, found = 0;
    open_batch(&batch);
    add_lots(&batch, 6);
    for (size_t i = 0; i < MANY; i++) {
        batch.account.id = ids[i] = fresh_id();
        assert_cached_lots(learn(&batch), 1, 6, INT64_MAX);
        go_on(&batch);
    }
    for (size_t i = 0; i < MANY; i++) {
        const struct cached_account *cached =
            account_cache_find(cache, batch.chain.company_id, ids[i]);
        if (cached == NULL)
            continue;
        found++;
        if (cached->account.lots_horizon == INT64_MAX)
            assert_cached_lots(cached, 1, 6, INT64_MAX), whole++;
        else /* left is the last one, which the next grant may join */
            assert_cached_lots(cached, 6, 6, -1);
    }
    assert_in_range(found, MANY - 100, MANY);
    assert_in_range(whole, WINDOWS - 100, WINDOWS);
    batch.account.id = ids[0];
    assert_cached_lots(learn(&batch), 1, 6, INT64_MAX);
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
        cmocka_unit_test(test_lots_are_complete_up_to_sixty_four),
        cmocka_unit_test(test_a_closed_lot_counts_when_it_is_the_last),
        cmocka_unit_test(test_sixty_four_open_ones_and_a_closed_last_one_are_too_many),
        cmocka_unit_test(test_lots_that_were_not_all_read),
        cmocka_unit_test(test_what_a_batch_did_not_look_at_stays_as_it_was),
        cmocka_unit_test(test_lots_from_before_somebody_elses_batch_are_forgotten),
        cmocka_unit_test(test_a_transfer_comes_behind_lots_that_are_not_cached),
        cmocka_unit_test(test_the_window_that_was_taken_first_makes_room),
        cmocka_unit_test(test_that_there_is_no_pool),
        cmocka_unit_test(test_another_companys_account_is_not_learned),
        cmocka_unit_test(test_a_company_that_made_room_is_forgotten_whole),
        cmocka_unit_test(test_rivals_in_one_batch),
        cmocka_unit_test(test_the_account_that_was_learned_first_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
