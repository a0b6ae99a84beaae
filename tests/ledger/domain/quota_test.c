/* Pay on behalf from an agent's pool: A is the agent; SUB and OTHER are names of accounts that are
 * nowhere in the company (LED-20, D.9 step 3, D.10, E24). */
#include "tests/ledger/domain/company.h"

static struct company company;
static struct id SUB, OTHER;

/* The account is the other one's agent, as identity told it (R5); it has no quota yet. */
static struct quota *agree(int account, struct id sub_account_id)
{
    struct quota *quota = &company.quotas[company.facts.quota_count++];
    *quota = (struct quota){.account = &company.accounts[account],
                            .sub_account_id = sub_account_id,
                            .basis = {.relation_id = company_id_of(50), .agent_pays = true}};
    return quota;
}

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    SUB = company_id_of(101);
    OTHER = company_id_of(102);
    agree(A, SUB);
    agree(A, OTHER);
    agree(B, OTHER);
    agree(A, company.accounts[B].id)->basis = (struct quota_basis){.same_company = true};
    return 0;
}

static struct order order_for(enum order_kind kind, struct id sub_account_id, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.sub_account_id = sub_account_id;
    return order;
}

static const char *set(struct id sub_account_id, int64_t micros)
{
    return company_try(&company, order_for(ORDER_SET_QUOTA, sub_account_id, micros));
}

static const char *buy(struct id sub_account_id, int64_t micros)
{
    return company_try(&company, order_for(ORDER_CREATE_PURCHASE, sub_account_id, micros));
}

static const char *meter(struct id sub_account_id, int64_t micros)
{
    return company_try(&company, order_for(ORDER_RECORD_USAGE, sub_account_id, micros));
}

static const char *offset(struct id sub_account_id, int64_t micros)
{
    return company_try(&company, order_for(ORDER_OFFSET_QUOTA, sub_account_id, micros));
}

static const char *refund(int64_t purchase_sequence, int64_t micros)
{
    struct order order = company_order(ORDER_REFUND_PURCHASE, A, micros);
    order.reference_id = entry_id(company_id_of(200), purchase_sequence);
    return company_try(&company, order);
}

static struct quota_terms terms(struct id sub_account_id)
{
    return quota_terms(facts_quota(&company.facts, &company.accounts[A], sub_account_id));
}

static void assert_terms(struct id sub_account_id, int64_t line, int64_t deducted,
                         int64_t undeducted)
{
    struct quota_terms found = terms(sub_account_id);
    assert_int_equal(found.line_micros, line);
    assert_int_equal(found.deducted_micros, deducted);
    assert_int_equal(found.undeducted_micros, undeducted);
    assert_int_equal(quota_available(&found), line - deducted - undeducted);
}

static void quota_and_pool_at_both_sides_of_their_boundaries(void **state) /* E24, D.10 */
{
    static const struct {
        int64_t line, used, pool, order;
        const char *reason;
    } rows[] = {
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(300), "QUOTA_EXCEEDED"}, /* E24 */
        {YUAN(1000), 0, YUAN(100), YUAN(300), "PAYER_INSUFFICIENT"},       /* E24 */
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(200), ""},
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(200.01), "QUOTA_EXCEEDED"},
        {YUAN(1000), YUAN(800), YUAN(50000), YUAN(200) + 1, "QUOTA_EXCEEDED"},
        {YUAN(1000), 0, YUAN(300), YUAN(300), ""},
        {YUAN(1000), 0, YUAN(300) - 1, YUAN(300), "PAYER_INSUFFICIENT"},
        {YUAN(200), 0, YUAN(100), YUAN(300), "QUOTA_EXCEEDED"}, /* both: the quota is named */
        {0, 0, YUAN(100), 1, "QUOTA_EXCEEDED"},
        {ACCOUNT_MICROS_MAX, 0, YUAN(100), INT64_MAX, "OUT_OF_RANGE"}, /* E31 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        opened(state);
        company_top_up(&company, A, rows[i].pool + rows[i].used);
        company_top_up(&company, B, YUAN(5000));
        assert_string_equal(set(SUB, rows[i].line), "");
        if (rows[i].used > 0)
            assert_string_equal(buy(SUB, rows[i].used), "");
        struct account others = company.accounts[B];
        int64_t available = company_available(&company, A);
        assert_string_equal(buy(SUB, rows[i].order), rows[i].reason);
        bool bought = rows[i].reason[0] == '\0';
        assert_terms(SUB, rows[i].line, rows[i].used + (bought ? rows[i].order : 0), 0);
        assert_int_equal(company_available(&company, A), available - (bought ? rows[i].order : 0));
        assert_memory_equal(&company.accounts[B], &others, sizeof others);
    }
}

static void a_sub_accounts_own_money_is_untouched(
    void **state) /* E24, LED-20: even of one in the same company */
{
    (void)state;
    company_top_up(&company, A, YUAN(1000));
    company_top_up(&company, B, YUAN(5000));
    struct account before = company.accounts[B];
    assert_string_equal(set(company.accounts[B].id, YUAN(1000)), "");
    assert_string_equal(buy(company.accounts[B].id, YUAN(300)), "");
    assert_memory_equal(&company.accounts[B], &before, sizeof before);
    assert_int_equal(company_available(&company, A), YUAN(700));
}

static void the_pool_pays_in_the_order_of_spending(void **state) /* D.9 steps 3 to 6 */
{
    (void)state;
    company_top_up(&company, P, YUAN(80));
    company_top_up(&company, A, YUAN(20));
    company_transfer(&company, P, A, YUAN(80));
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(50))),
                        "");
    set(SUB, YUAN(1000));
    assert_string_equal(buy(SUB, YUAN(100) + 1),
                        "PAYER_INSUFFICIENT"); /* the limit waits for its contract (LED-14) */
    assert_string_equal(company_try(&company, company_order(ORDER_CONFIRM_CREDIT_LIMIT, A, 0)), "");
    const struct order_outcome *outcome =
        company_settle(&company, order_for(ORDER_CREATE_PURCHASE, SUB, YUAN(150)));
    assert_null(outcome->refusal);
    assert_int_equal(outcome->purchase.paid.transferred_in_micros, YUAN(80));
    assert_int_equal(outcome->purchase.paid.own_micros, YUAN(20));
    assert_int_equal(outcome->purchase.paid.credit_micros, YUAN(50));
    assert_int_equal(outcome->quota.deducted_micros, YUAN(150));
    assert_true(
        id_equal(entry_counterparty_id(outcome->entry), SUB)); /* and so it is part of the chain */
}

static void who_has_no_quota_is_unknown(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    assert_string_equal(buy(SUB, YUAN(1)), "QUOTA_NOT_FOUND");
    assert_string_equal(meter(SUB, YUAN(1)), "QUOTA_NOT_FOUND");
    assert_string_equal(offset(SUB, YUAN(1)), "QUOTA_NOT_FOUND");
    set(OTHER, YUAN(100));
    assert_string_equal(buy(SUB, YUAN(1)), "QUOTA_NOT_FOUND");
    struct order of_another = order_for(ORDER_CREATE_PURCHASE, OTHER, YUAN(1));
    of_another.account_id = company.accounts[B].id; /* whose quota it is not */
    company_top_up(&company, B, YUAN(100));
    assert_string_equal(company_try(&company, of_another), "QUOTA_NOT_FOUND");
}

static void offsetting_makes_room(
    void **state) /* D.10: 500 deducted, 1000 available, offset 300: 200 and 1300 */
{
    (void)state;
    company_top_up(&company, A, YUAN(500));
    set(SUB, YUAN(1500));
    assert_string_equal(offset(SUB, 1), "EXCEEDS_DEDUCTED");
    buy(SUB, YUAN(500));
    assert_terms(SUB, YUAN(1500), YUAN(500), 0);
    struct account before = company.accounts[A];
    assert_string_equal(offset(SUB, YUAN(300)), "");
    assert_terms(SUB, YUAN(1500), YUAN(200), 0);
    assert_int_equal(company_available(&company, A),
                     account_available(&before)); /* no money moved */
    assert_string_equal(offset(SUB, YUAN(200) + 1), "EXCEEDS_DEDUCTED");
    assert_string_equal(offset(SUB, YUAN(200)), "");
    assert_terms(SUB, YUAN(1500), 0, 0);
}

static void
a_refund_with_nothing_used_goes_below_zero(void **state) /* D.10: used is -300, and that is legal */
{
    (void)state;
    company_top_up(&company, A, YUAN(300));
    set(SUB, YUAN(1000));
    int64_t sequence = company_settle(&company, order_for(ORDER_CREATE_PURCHASE, SUB, YUAN(300)))
                           ->purchase.sequence;
    assert_string_equal(offset(SUB, YUAN(300)), "");
    assert_string_equal(refund(sequence, YUAN(300) + 1), "EXCEEDS_PURCHASE");
    const struct order_outcome *outcome;
    struct order order = company_order(ORDER_REFUND_PURCHASE, A, YUAN(300));
    order.reference_id = entry_id(company_id_of(200), sequence);
    outcome = company_settle(&company, order);
    assert_null(outcome->refusal);
    assert_int_equal(outcome->quota.deducted_micros, YUAN(-300));
    assert_true(id_equal(entry_counterparty_id(outcome->entry), SUB));
    assert_terms(SUB, YUAN(1000), YUAN(-300), 0);
    assert_int_equal(company_available(&company, A),
                     YUAN(300)); /* the pool got back what it paid */
    assert_string_equal(offset(SUB, 1), "EXCEEDS_DEDUCTED");
    company_top_up(&company, A, YUAN(1000.01));
    assert_string_equal(buy(SUB, YUAN(1300.01)), "QUOTA_EXCEEDED");
    assert_string_equal(buy(SUB, YUAN(1300)), "");
    assert_string_equal(refund(sequence, 1), "EXCEEDS_PURCHASE");
}

static void
usage_counts_in_the_quota_and_is_never_refused_for_it(void **state) /* D.9 steps 3 and 7, D.10 */
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    company_top_up(&company, A, YUAN(1000));
    set(SUB, YUAN(100));
    set(OTHER, YUAN(100));
    assert_string_equal(meter(SUB, YUAN(60)), "");
    assert_string_equal(meter(OTHER, YUAN(30)), "");
    assert_terms(SUB, YUAN(100), 0, YUAN(60));
    assert_int_equal(company_available(&company, A), YUAN(910));
    assert_string_equal(buy(SUB, YUAN(40) + 1), "QUOTA_EXCEEDED");
    assert_string_equal(buy(SUB, YUAN(40)), "");
    assert_string_equal(meter(SUB, YUAN(5)), "");
    assert_terms(SUB, YUAN(100), YUAN(40), YUAN(65)); /* -5 available */
    assert_string_equal(offset(SUB, YUAN(40) + 1), "EXCEEDS_DEDUCTED");
}

static void one_settlement_deducts_for_all(void **state) /* LED-20: consolidated */
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    company_top_up(&company, A, YUAN(1000));
    set(SUB, YUAN(100));
    set(OTHER, YUAN(100));
    meter(SUB, YUAN(60));
    meter(OTHER, YUAN(30));
    assert_string_equal(company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(10))),
                        ""); /* the agent's own */
    assert_string_equal(company_try(&company, company_order(ORDER_SETTLE_USAGE, A, 0)), "");
    assert_int_equal(account_own(&company.accounts[A]), YUAN(900));
    assert_terms(SUB, YUAN(100), YUAN(60), 0);
    assert_terms(OTHER, YUAN(100), YUAN(30), 0);
    meter(SUB, YUAN(7));
    assert_terms(SUB, YUAN(100), YUAN(60), YUAN(7));
    assert_string_equal(offset(OTHER, YUAN(30)), "");
    assert_terms(OTHER, YUAN(100), 0, 0);
    assert_string_equal(company_try(&company, company_order(ORDER_SETTLE_USAGE, A, 0)), "");
    assert_terms(SUB, YUAN(100), YUAN(67), 0);
}

static void a_prepaid_pool_settles_with_every_record(void **state) /* settled 8 */
{
    (void)state;
    company_top_up(&company, A, YUAN(10));
    set(SUB, YUAN(100));
    assert_string_equal(meter(SUB, YUAN(25)), "");
    assert_terms(SUB, YUAN(100), YUAN(25), 0);
    assert_int_equal(account_outstanding(&company.accounts[A]), YUAN(15));
    assert_string_equal(buy(SUB, YUAN(1)), "PAYER_UNAVAILABLE"); /* it owes 15.00 by now */
}

static void a_line_is_absolute_and_may_be_lowered_below_use(void **state) /* LED-38, E31 */
{
    (void)state;
    company_top_up(&company, A, YUAN(500));
    set(SUB, YUAN(400));
    buy(SUB, YUAN(300));
    assert_string_equal(set(SUB, YUAN(100)), "");
    assert_terms(SUB, YUAN(100), YUAN(300), 0);
    assert_string_equal(buy(SUB, 1), "QUOTA_EXCEEDED");
    assert_string_equal(set(SUB, YUAN(300) + 10000), "");
    assert_string_equal(buy(SUB, 10001), "QUOTA_EXCEEDED");
    assert_string_equal(buy(SUB, 10000), "");
    assert_string_equal(set(SUB, ACCOUNT_MICROS_MAX), "");
    assert_string_equal(set(SUB, ACCOUNT_MICROS_MAX + 1), "OUT_OF_RANGE");
    struct order stale = order_for(ORDER_SET_QUOTA, SUB, YUAN(1));
    stale.expected_version = company.accounts[A].version + 1;
    assert_string_equal(company_try(&company, stale), "VERSION_MISMATCH");
    stale.expected_version--;
    assert_string_equal(company_try(&company, stale), "");
}

static void usage_beyond_the_range_is_refused(void **state) /* E31 */
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    set(SUB, YUAN(1));
    company.quotas[0].deducted_micros = ACCOUNT_MICROS_MAX - 5;
    assert_string_equal(meter(SUB, 6), "OUT_OF_RANGE");
    assert_string_equal(meter(SUB, 5), "");
    assert_string_equal(meter(SUB, 1), "OUT_OF_RANGE");
}

static void the_limit_explains_itself(void **state) /* c-4 */
{
    (void)state;
    company_top_up(&company, A, YUAN(900));
    set(SUB, YUAN(1000));
    buy(SUB, YUAN(700));
    struct allowance allowance =
        company_settle(&company, order_for(ORDER_CREATE_PURCHASE, SUB, YUAN(250)))->allowance;
    static const struct {
        const char *name;
        double amount;
    } expected[] = {{"quota", 300},     {"pool", 200},     {"line", 1000},
                    {"deducted", -700}, {"undeducted", 0}, {"held", 0}};
    assert_string_equal(allowance.binding, "pool");
    assert_int_equal(allowance.micros, YUAN(200));
    assert_int_equal(allowance.term_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(allowance.terms[i].name, expected[i].name);
        assert_int_equal(allowance.terms[i].micros, YUAN(expected[i].amount));
    }
}

static void a_closed_or_frozen_payer_pays_for_nobody(void **state)
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    set(SUB, YUAN(100));
    company.accounts[A].state = ACCOUNT_FROZEN;
    assert_string_equal(buy(SUB, YUAN(1)), "PAYER_UNAVAILABLE");
    assert_string_equal(set(SUB, 0), ""); /* a line is lowered at any time */
    company.accounts[A].state = ACCOUNT_CLOSED;
    assert_string_equal(buy(SUB, YUAN(1)), "ACCOUNT_CLOSED");
    assert_string_equal(set(SUB, YUAN(1)), "ACCOUNT_CLOSED");
    assert_string_equal(offset(SUB, YUAN(1)), "ACCOUNT_CLOSED");
    company.accounts[A].state = ACCOUNT_ACTIVE;
    struct order dollars = order_for(ORDER_SET_QUOTA, SUB, YUAN(1));
    memcpy(dollars.currency, "USD", 4);
    assert_string_equal(company_try(&company, dollars), "CURRENCY_MISMATCH");
}

static void a_group_that_fails_leaves_no_quota_behind(void **state)
{
    (void)state;
    static struct order_outcome outcomes[4];
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    company_top_up(&company, A, YUAN(100));
    struct order first = order_for(ORDER_SET_QUOTA, SUB, YUAN(100)),
                 usage = order_for(ORDER_RECORD_USAGE, SUB, YUAN(10)),
                 settlement = company_order(ORDER_SETTLE_USAGE, A, 0),
                 last = order_for(ORDER_CREATE_PURCHASE, SUB, YUAN(90.01));
    first.linked = usage.linked = settlement.linked = true;
    const struct order *orders[] = {&first, &usage, &settlement, &last};
    settle_orders(&company.facts, orders, (bool[4]){false}, 4, outcomes);
    assert_string_equal(outcomes[3].refusal->reason, "QUOTA_EXCEEDED");
    assert_false(facts_quota(&company.facts, &company.accounts[A], SUB)->is_open);
    assert_null(company.accounts[A].pool);
    set(SUB, YUAN(100));
    meter(SUB, YUAN(20));
    struct order offset_too_much = order_for(ORDER_OFFSET_QUOTA, SUB, YUAN(30.01));
    const struct order *again[] = {&usage, &settlement, &offset_too_much};
    settle_orders(&company.facts, again, (bool[3]){false}, 3, outcomes);
    assert_string_equal(outcomes[2].refusal->reason, "EXCEEDS_DEDUCTED");
    assert_terms(SUB, YUAN(100), 0, YUAN(20)); /* what was settled in the group is not */
    offset_too_much.amount_micros = YUAN(30);
    settle_orders(&company.facts, again, (bool[3]){false}, 3, outcomes);
    assert_null(outcomes[2].refusal);
    assert_int_equal(outcomes[0].quota.undeducted_micros, YUAN(30)); /* as it was then */
    assert_terms(SUB, YUAN(100), 0, 0);
    company_is_sound(&company);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(quota_and_pool_at_both_sides_of_their_boundaries, opened),
        cmocka_unit_test_setup(a_sub_accounts_own_money_is_untouched, opened),
        cmocka_unit_test_setup(the_pool_pays_in_the_order_of_spending, opened),
        cmocka_unit_test_setup(who_has_no_quota_is_unknown, opened),
        cmocka_unit_test_setup(offsetting_makes_room, opened),
        cmocka_unit_test_setup(a_refund_with_nothing_used_goes_below_zero, opened),
        cmocka_unit_test_setup(usage_counts_in_the_quota_and_is_never_refused_for_it, opened),
        cmocka_unit_test_setup(one_settlement_deducts_for_all, opened),
        cmocka_unit_test_setup(a_prepaid_pool_settles_with_every_record, opened),
        cmocka_unit_test_setup(a_line_is_absolute_and_may_be_lowered_below_use, opened),
        cmocka_unit_test_setup(usage_beyond_the_range_is_refused, opened),
        cmocka_unit_test_setup(the_limit_explains_itself, opened),
        cmocka_unit_test_setup(a_closed_or_frozen_payer_pays_for_nobody, opened),
        cmocka_unit_test_setup(a_group_that_fails_leaves_no_quota_behind, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
