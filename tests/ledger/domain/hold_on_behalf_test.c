/* Holds on behalf of a sub-account: set aside in the pool and in the quota alike, and each part
 * given back, captured or forgotten once (LED-20, LED-38, D.4, D.10, E24). A is the agent, SUB the
 * name of an account that is nowhere in the company. */
#include "tests/ledger/domain/company.h"

static struct company company;
static struct quota *quota; /* of SUB */

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    quota = &company.quotas[company.facts.quota_count++];
    *quota = (struct quota){.account = &company.accounts[A],
                            .sub_account_id = company_id_of(101),
                            .basis = {.relation_id = company_id_of(50), .agent_pays = true}};
    return 0;
}

static struct order order_for(enum order_kind kind, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.sub_account_id = company_id_of(101);
    return order;
}

static const char *set(int64_t micros)
{
    return company_try(&company, order_for(ORDER_SET_QUOTA, micros));
}

static const char *try_hold(int64_t micros)
{
    return company_try(&company, order_for(ORDER_PLACE_HOLD, micros));
}

static int64_t hold(int64_t micros)
{
    const struct order_outcome *outcome =
        company_settle(&company, order_for(ORDER_PLACE_HOLD, micros));
    assert_null(outcome->refusal);
    return outcome->hold.sequence;
}

static struct order of_hold(enum order_kind kind, int64_t sequence, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.reference_id = entry_id(company_id_of(200), sequence);
    return order;
}

static const char *capture(int64_t sequence, int64_t micros, bool final)
{
    struct order order = of_hold(ORDER_CAPTURE_HOLD, sequence, micros);
    order.final = final;
    return company_try(&company, order);
}

static const char *refund(int64_t sequence, int64_t micros)
{
    return company_try(&company, of_hold(ORDER_REFUND_PURCHASE, sequence, micros));
}

static void assert_terms(int64_t line, int64_t deducted, int64_t held)
{
    struct quota_terms found = quota_terms(quota);
    assert_int_equal(found.line_micros, line);
    assert_int_equal(found.deducted_micros, deducted);
    assert_int_equal(found.undeducted_micros, 0);
    assert_int_equal(found.held_micros, held);
    assert_int_equal(quota_available(&found), line - deducted - held);
}

static void quota_and_pool_at_both_sides_of_their_boundaries(void **state) /* E24, D.10 */
{
    static const struct {
        int64_t line, held, pool, order;
        const char *reason;
    } rows[] = {
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(300), "QUOTA_EXCEEDED"},
        {YUAN(1000), 0, YUAN(100), YUAN(300), "PAYER_INSUFFICIENT"},
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(200), ""},
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(200) + 1, "QUOTA_EXCEEDED"},
        {YUAN(1000), 0, YUAN(300), YUAN(300), ""},
        {YUAN(1000), 0, YUAN(300) - 1, YUAN(300), "PAYER_INSUFFICIENT"},
        {YUAN(200), 0, YUAN(100), YUAN(300), "QUOTA_EXCEEDED"}, /* both: the quota is named */
        {0, 0, YUAN(100), 1, "QUOTA_EXCEEDED"},
        {ACCOUNT_MICROS_MAX, 0, YUAN(100), INT64_MAX, "OUT_OF_RANGE"}, /* E31 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        opened(state);
        company_top_up(&company, A, rows[i].pool + rows[i].held);
        assert_string_equal(set(rows[i].line), "");
        if (rows[i].held > 0)
            hold(rows[i].held);
        int64_t cash = account_cash(&company.accounts[A]);
        assert_string_equal(try_hold(rows[i].order), rows[i].reason);
        int64_t placed = rows[i].reason[0] == '\0' ? rows[i].order : 0;
        assert_terms(rows[i].line, 0, rows[i].held + placed);
        assert_int_equal(company_available(&company, A), rows[i].pool - placed);
        assert_int_equal(account_cash(&company.accounts[A]), cash);
    }
}

/* Held, it leaves no room for purchases; usage is never refused for it. */
static void what_is_held_counts_in_the_quota(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(1000)), set(YUAN(100));
    hold(YUAN(60));
    assert_string_equal(company_try(&company, order_for(ORDER_CREATE_PURCHASE, YUAN(40) + 1)),
                        "QUOTA_EXCEEDED");
    assert_string_equal(company_try(&company, order_for(ORDER_CREATE_PURCHASE, YUAN(40))), "");
    assert_terms(YUAN(100), YUAN(40), YUAN(60));
    assert_string_equal(company_try(&company, order_for(ORDER_OFFSET_QUOTA, YUAN(40) + 1)),
                        "EXCEEDS_DEDUCTED"); /* nothing of it was consumed yet */
    assert_string_equal(company_try(&company, order_for(ORDER_RECORD_USAGE, YUAN(5))), "");
    assert_string_equal(try_hold(1), "QUOTA_EXCEEDED");
}

static void a_capture_consumes_and_the_rest_comes_back(void **state) /* D.4, E17, E16 */
{
    (void)state;
    company_top_up(&company, A, YUAN(500)), set(YUAN(450));
    int64_t held = hold(YUAN(450));
    assert_string_equal(capture(held, YUAN(100), false), "");
    assert_terms(YUAN(450), YUAN(100), YUAN(350));
    const struct entry *entry = &company.entries[company.facts.entry_count - 1];
    assert_memory_equal(&entry->sub_account_id, &quota->sub_account_id, sizeof(struct id));
    assert_string_equal(capture(held, YUAN(350) + 1, true), "EXCEEDS_HOLD");
    assert_string_equal(capture(held, YUAN(300), true), "");
    assert_terms(YUAN(450), YUAN(400), 0);
    assert_int_equal(account_cash(&company.accounts[A]), YUAN(100));
    assert_int_equal(company_available(&company, A), YUAN(100));
    int64_t bought = company.chain.length;
    assert_string_equal(refund(bought, YUAN(300) + 1), "EXCEEDS_PURCHASE");
    assert_string_equal(refund(bought, YUAN(300)), "");
    assert_terms(YUAN(450), YUAN(100), 0);
    assert_string_equal(capture(held, 1, false), "HOLD_ENDED");
}

static void a_void_gives_back_what_is_open_once(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t held = hold(YUAN(100));
    assert_string_equal(capture(held, YUAN(30), false), "");
    const struct order_outcome *outcome =
        company_settle(&company, of_hold(ORDER_VOID_HOLD, held, 0));
    assert_int_equal(outcome->entry->amount_micros, YUAN(70));
    assert_int_equal(outcome->quota.held_micros, 0);
    assert_memory_equal(&outcome->entry->sub_account_id, &quota->sub_account_id, sizeof(struct id));
    assert_terms(YUAN(100), YUAN(30), 0);
    assert_string_equal(company_try(&company, of_hold(ORDER_VOID_HOLD, held, 0)), "HOLD_ENDED");
    assert_terms(YUAN(100), YUAN(30), 0);
}

static void time_gives_back_what_is_open_once(void **state)
{
    (void)state;
    static struct order expiry[4];
    static struct order_outcome outcomes[4];
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t held = hold(YUAN(100));
    assert_string_equal(capture(held, YUAN(30), false), "");
    company.chain.now_us = NOW_US + 999999;
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 0);
    assert_terms(YUAN(100), YUAN(30), YUAN(70));
    company.chain.now_us = NOW_US + 1000000;
    assert_string_equal(capture(held, 1, false), "HOLD_ENDED");
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 1);
    assert_memory_equal(&outcomes[0].entry->sub_account_id, &quota->sub_account_id,
                        sizeof(struct id));
    assert_terms(YUAN(100), YUAN(30), 0);
    assert_int_equal(settle_expired_holds(&company.facts, expiry, outcomes), 0);
    company_is_sound(&company);
}

/* B.2: what was placed stands, and nothing new is; what is given back stays given back. */
static void a_relation_that_ends_leaves_what_was_placed(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t captured = hold(YUAN(40)), voided = hold(YUAN(30));
    quota->basis = (struct quota_basis){.paid_until_us = NOW_US};
    assert_string_equal(try_hold(1), "PAY_ON_BEHALF_NOT_AGREED");
    assert_string_equal(capture(captured, YUAN(40), false), "");
    assert_string_equal(company_try(&company, of_hold(ORDER_VOID_HOLD, voided, 0)), "");
    assert_terms(0, YUAN(40), 0);
    quota->basis = (struct quota_basis){.relation_id = company_id_of(51), .agent_pays = true};
    assert_string_equal(try_hold(1), "QUOTA_NOT_FOUND"); /* PAY-16: the next begins without */
}

static void a_line_that_is_lowered_takes_nothing_back(void **state) /* LED-38 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t held = hold(YUAN(80));
    assert_string_equal(set(YUAN(10)), "");
    assert_string_equal(try_hold(1), "QUOTA_EXCEEDED");
    assert_string_equal(capture(held, YUAN(80), false), "");
    assert_terms(YUAN(10), YUAN(80), 0);
}

static void who_pays_for_nobody_holds_for_nobody(void **state) /* B.3, GW-04, PAY-16 */
{
    (void)state;
    struct account *payer = &company.accounts[A];
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(try_hold(1), "QUOTA_NOT_FOUND");
    set(YUAN(200));
    int64_t held = hold(YUAN(10));
    payer->state = ACCOUNT_FROZEN;
    assert_string_equal(try_hold(1), "PAYER_UNAVAILABLE");
    assert_string_equal(company_try(&company, company_order(ORDER_PLACE_HOLD, A, 1)),
                        "ACCOUNT_FROZEN");
    assert_string_equal(capture(held, 1, false), ""); /* what is under way completes */
    payer->state = ACCOUNT_ACTIVE;
    payer->spending = SPENDING_READ_ONLY;
    assert_string_equal(try_hold(1), "SPENDING_NOT_PERMITTED");
    payer->spending = SPENDING_ALLOWED;
    company_try(&company, order_for(ORDER_RECORD_USAGE, YUAN(90) + 1)); /* now it owes */
    assert_string_equal(try_hold(1), "PAYER_UNAVAILABLE");
    payer->state = ACCOUNT_CLOSED;
    assert_string_equal(try_hold(1), "ACCOUNT_CLOSED");
}

/* Offsets and refunds went to the very end of the range; then what is held is given back. */
static void the_range_holds_whatever_becomes_of_it(void **state) /* E31 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t held = hold(YUAN(50)), other = hold(YUAN(50));
    quota->deducted_micros = -ACCOUNT_MICROS_MAX;
    assert_false(quota_has_room(quota, -1));
    assert_true(quota_has_room(quota, 0));
    assert_string_equal(company_try(&company, of_hold(ORDER_VOID_HOLD, held, 0)), "");
    quota->deducted_micros = ACCOUNT_MICROS_MAX - YUAN(50);
    assert_false(quota_has_room(quota, 1));
    assert_string_equal(capture(other, YUAN(50), false), "");
    assert_int_equal(quota->deducted_micros, ACCOUNT_MICROS_MAX);
}

static void a_group_that_fails_leaves_nothing_held(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100)), set(YUAN(100));
    int64_t held = hold(YUAN(60));
    struct order orders[] = {of_hold(ORDER_CAPTURE_HOLD, held, YUAN(20)),
                             order_for(ORDER_PLACE_HOLD, YUAN(30)),
                             order_for(ORDER_PLACE_HOLD, YUAN(20))};
    orders[0].linked = orders[1].linked = true;
    const struct order *group[] = {&orders[0], &orders[1], &orders[2]};
    struct order_outcome outcomes[3];
    settle_orders(&company.facts, group, (bool[]){false, false, false}, 3, outcomes);
    assert_string_equal(outcomes[2].refusal->reason, "QUOTA_EXCEEDED");
    assert_terms(YUAN(100), 0, YUAN(60));
    company_is_sound(&company);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(quota_and_pool_at_both_sides_of_their_boundaries, opened),
        cmocka_unit_test_setup(what_is_held_counts_in_the_quota, opened),
        cmocka_unit_test_setup(a_capture_consumes_and_the_rest_comes_back, opened),
        cmocka_unit_test_setup(a_void_gives_back_what_is_open_once, opened),
        cmocka_unit_test_setup(time_gives_back_what_is_open_once, opened),
        cmocka_unit_test_setup(a_relation_that_ends_leaves_what_was_placed, opened),
        cmocka_unit_test_setup(a_line_that_is_lowered_takes_nothing_back, opened),
        cmocka_unit_test_setup(who_pays_for_nobody_holds_for_nobody, opened),
        cmocka_unit_test_setup(the_range_holds_whatever_becomes_of_it, opened),
        cmocka_unit_test_setup(a_group_that_fails_leaves_nothing_held, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
