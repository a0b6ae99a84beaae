/* A batch still asks for whatever the memory does not know: both sides of each boundary. */
#include "tests/ledger/store/batch.h"

static struct cached_facts known; /* of the last question */

static struct fact_keys keys_of_orders(const struct order *const *orders, size_t count, bool deep)
{
    static struct arena arena;
    arena_deinit(&arena);
    arena_init(&arena, 1 << 20);
    struct fact_keys keys;
    assert_int_equal(keys_collect(&keys, &arena, orders, count), FAILURE_NONE);
    assert_int_equal(keys_take_cached(&keys, &arena, cache, deep, &known), FAILURE_NONE);
    keys_omit_requests(&keys);
    return keys;
}

static struct order order_of(const struct batch *batch, enum order_kind kind, struct id account_id)
{
    return (struct order){.kind = kind,
                          .company_id = batch->chain.company_id,
                          .account_id = account_id,
                          .request_id = fresh_id(),
                          .remark = "",
                          .tag = ""};
}

static struct fact_keys keys_of(struct batch *batch, enum order_kind kind, struct id account_id,
                                struct id counterparty_id)
{
    struct order order = order_of(batch, kind, account_id);
    const struct order *orders[] = {&order};
    order.counterparty_id = counterparty_id;
    return keys_of_orders(orders, 1, false);
}

/* Whether the lots are asked for that two usages of these amounts spend. */
static bool asks_for_lots(const struct batch *batch, int64_t first, int64_t second, bool deep)
{
    struct order usage[] = {order_of(batch, ORDER_RECORD_USAGE, batch->account.id),
                            order_of(batch, ORDER_RECORD_USAGE, batch->account.id)};
    const struct order *orders[] = {&usage[0], &usage[1]};
    usage[0].amount_micros = first;
    usage[1].amount_micros = second;
    return keys_of_orders(orders, 2, deep).spenders.count > 0;
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

/* Of 70 lots of ten the first 63 are cached, and the last. */
static void test_lots_are_asked_for_that_do_not_suffice(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 70);
    (void)learn(&batch);
    assert_false(asks_for_lots(&batch, 629, 1, false));
    assert_int_equal(known.accounts[0].account.lots_horizon, 63);
    assert_true(asks_for_lots(&batch, 630, 1, false));
    assert_true(
        asks_for_lots(&batch, INT64_MAX, INT64_MAX, false)); /* refused when it is decided */
    assert_true(asks_for_lots(&batch, 1, 1, true));
    batch.account.books[BOOK_UNBILLED] = -1; /* is settled as well */
    (void)learn(&batch);
    assert_false(asks_for_lots(&batch, 628, 1, false));
    assert_true(asks_for_lots(&batch, 629, 1, false));
    batch.account.books[BOOK_UNBILLED] = 0;
    batch.account.books[BOOK_OUTSTANDING] = -1; /* may be paid */
    (void)learn(&batch);
    assert_false(asks_for_lots(&batch, 628, 1, false));
    assert_true(asks_for_lots(&batch, 629, 1, false));
}

static void test_lots_that_are_all_cached_suffice(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 64);
    (void)learn(&batch);
    assert_false(asks_for_lots(&batch, 640, 1000, false)); /* own cash pays the rest */
    assert_false(asks_for_lots(&batch, 640, 1000, true));
    assert_int_equal(known.accounts[0].lot_count, 64);
    assert_int_equal(known.accounts[0].account.lots_horizon, INT64_MAX);
}

static void test_no_more_lots_are_taken_than_are_wanted(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 64);
    (void)learn(&batch);
    assert_false(asks_for_lots(&batch, 15, 5, false));
    assert_int_equal(known.accounts[0].lot_count, 3); /* two of ten, and the last */
    assert_int_equal(known.accounts[0].lots[2].sequence, 64);
    assert_int_equal(known.accounts[0].account.lots_horizon, 2);
    assert_false(asks_for_lots(&batch, 15, 6, false));
    assert_int_equal(known.accounts[0].lot_count, 4);
    assert_int_equal(known.accounts[0].account.lots_horizon, 3);
    (void)keys_of(&batch, ORDER_CREDIT_TOP_UP, batch.account.id, (struct id){0});
    assert_int_equal(known.accounts[0].lot_count, 1);
    assert_int_equal(known.accounts[0].account.lots_horizon, -1);
}

static void test_the_last_lot_is_asked_for_unless_it_is_known(void **state)
{
    (void)state;
    struct batch batch;
    open_batch(&batch);
    add_lots(&batch, 70);
    (void)learn(&batch);
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
    add_lots(&batch, 64);
    struct id holder = batch.account.id, source = batch.lots[63].source_id;
    (void)learn(&batch);
    assert_int_equal(keys_of(&batch, ORDER_REVOKE_TRANSFER, source, holder).revoke_count, 0);
    assert_int_equal(known.accounts[0].lot_count, 64);
    add_lots(&batch, 1);
    source = batch.lots[64].source_id;
    go_on(&batch);
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

static void test_caps_are_asked_for_unless_there_is_none(void **state)
{
    (void)state;
    struct batch batch;
    (void)learn(open_batch(&batch));
    assert_int_equal(
        keys_of(&batch, ORDER_CREATE_PURCHASE, batch.account.id, (struct id){0}).consumers.count,
        0);
    batch.account.uncapped = false;
    (void)learn(&batch);
    assert_int_equal(
        keys_of(&batch, ORDER_CREATE_PURCHASE, batch.account.id, (struct id){0}).consumers.count,
        1);
    assert_int_equal(
        keys_of(&batch, ORDER_CREDIT_TOP_UP, batch.account.id, (struct id){0}).consumers.count, 0);
}

int main(void)
{
    cache = account_cache_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_remembered_account_is_not_asked_for),
        cmocka_unit_test(test_holds_are_asked_for_while_anything_is_frozen),
        cmocka_unit_test(test_lots_are_asked_for_that_do_not_suffice),
        cmocka_unit_test(test_lots_that_are_all_cached_suffice),
        cmocka_unit_test(test_no_more_lots_are_taken_than_are_wanted),
        cmocka_unit_test(test_the_last_lot_is_asked_for_unless_it_is_known),
        cmocka_unit_test(test_a_source_is_asked_for_of_which_no_lot_is_known),
        cmocka_unit_test(test_a_source_is_asked_for_when_only_its_last_lot_is_known),
        cmocka_unit_test(test_pools_are_asked_for_unless_there_is_none),
        cmocka_unit_test(test_caps_are_asked_for_unless_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
