/* A batch still asks for whatever the memory does not know: both sides of each boundary. */
#include "tests/ledger/store/batch.h"

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
    struct fact_keys keys = keys_of(&batch, ORDER_RECORD_USAGE, batch.account.id, (struct id){0});
    assert_true(keys_are_empty(&keys));
    keys = keys_of(&batch, ORDER_RECORD_USAGE, fresh_id(), (struct id){0});
    assert_false(keys_are_empty(&keys));
    batch.chain.company_id = fresh_id();
    keys = keys_of(&batch, ORDER_RECORD_USAGE, batch.account.id, (struct id){0});
    assert_int_equal(keys.accounts.count, 1);
}

static void test_holds_are_asked_for_while_anything_is_frozen(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch)->account.frozen_micros = 1;
    (void)learn(&batch);
    struct fact_keys keys = keys_of(&batch, ORDER_CREDIT_TOP_UP, batch.account.id, (struct id){0});
    assert_int_equal(keys.expiring.count, 1);
    batch.account.frozen_micros = 0;
    (void)learn(&batch);
    keys = keys_of(&batch, ORDER_CREDIT_TOP_UP, batch.account.id, (struct id){0});
    assert_true(keys_are_empty(&keys));
}

static void test_lots_are_asked_for_that_are_not_all_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 6);
    (void)learn(&batch);
    assert_int_equal(
        keys_of(&batch, ORDER_RECORD_USAGE, batch.account.id, (struct id){0}).spenders.count, 1);
    struct id lender = batch.account.id;
    batch.account.id = fresh_id();
    batch.account.last_lot_known = false;
    batch.account.books[BOOK_TRANSFERRED_IN] = 0;
    go_on(&batch);
    (void)learn(&batch);
    struct fact_keys keys = keys_of(&batch, ORDER_CREATE_TRANSFER, lender, batch.account.id);
    assert_int_equal(keys.receivers.count, 1); /* its last lot, though no lot is open */
    assert_int_equal(keys.spenders.count + keys.accounts.count, 0);
    keys = keys_of(&batch, ORDER_CREATE_TRANSFER, batch.account.id, lender);
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
    assert_int_equal(keys_of(&batch, ORDER_REVOKE_TRANSFER, source, holder).revoke_count, 0);
    batch.account.id = fresh_id(); /* LED-11: it may have had lots that are closed */
    go_on(&batch);
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE_TRANSFER, batch.account.id, holder).revoke_count,
                     1);
}

static void test_a_source_is_asked_for_when_only_its_last_lot_is_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 6);
    struct id holder = batch.account.id, source = batch.lots[5].source_id;
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE_TRANSFER, source, holder).revoke_count, 1);
}

static void test_pools_are_asked_for_unless_there_is_none(void **state)
{
    (void)state;
    struct batch batch;
    struct quota_pool pool = {0};
    open_batch(&batch)->account.pool = &pool;
    (void)learn(&batch);
    assert_int_equal(
        keys_of(&batch, ORDER_SETTLE_USAGE, batch.account.id, (struct id){0}).pools.count, 1);
}

int main(void)
{
    cache = account_cache_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_remembered_account_is_not_asked_for),
        cmocka_unit_test(test_holds_are_asked_for_while_anything_is_frozen),
        cmocka_unit_test(test_lots_are_asked_for_that_are_not_all_known),
        cmocka_unit_test(test_a_source_is_asked_for_of_which_no_lot_is_known),
        cmocka_unit_test(test_a_source_is_asked_for_when_only_its_last_lot_is_known),
        cmocka_unit_test(test_pools_are_asked_for_unless_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
