/* Caps (LED-31, LED-38, breadth A.5): what a month leaves, what counts in which month, and which
 * cap binds. A has a cap and money; SUB is an account that A pays for. */
#include "ledger/domain/cap.h"

#include "tests/ledger/domain/company.h"

#define MONTH_START_US (NOW_US - INT64_C(86400000000) * 14)
#define MONTH_END_US (NOW_US + INT64_C(86400000000) * 16)
#define SUB company_id_of(101)

static struct company company;
static struct cap caps[2];

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    memset(caps, 0, sizeof caps);
    company.facts.caps = caps;
    company.facts.cap_count_max = 2;
    assert_string_equal(company_top_up(&company, A, YUAN(100000.0)), "");
    return 0;
}

static struct cap *capped(struct id account_id, int64_t own_micros)
{
    struct cap *cap = &caps[company.facts.cap_count++];
    *cap = (struct cap){.account_id = account_id,
                        .chain_id = company_id_of(200),
                        .limits = {[CAP_OWN] = {true, own_micros}},
                        .month_start_us = MONTH_START_US,
                        .month_end_us = MONTH_END_US};
    return cap;
}

static const char *hold(int64_t micros)
{
    return company_try(&company, company_order(ORDER_PLACE_HOLD, A, micros));
}

static const char *use(int64_t micros, int64_t effective_us)
{
    struct order order = company_order(ORDER_RECORD_USAGE, A, micros);
    order.effective_us = effective_us;
    return company_try(&company, order);
}

/* Of the entry that was made last. */
static struct id last_id(void)
{
    return entry_id(company_id_of(200), company.chain.length);
}

static const char *about(enum order_kind kind, struct id reference_id, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.reference_id = reference_id;
    order.final = kind == ORDER_CAPTURE_HOLD;
    return company_try(&company, order);
}

static void assert_counted(const struct cap *cap, int64_t spent, int64_t reserved)
{
    assert_int_equal(cap->spent_micros, spent);
    assert_int_equal(cap->reserved_micros, reserved);
}

/* A.5: cap 1,000, used 700, holds 200. */
static void exactly_what_remains_is_accepted(void **state)
{
    (void)state;
    struct cap *cap = capped(company_id_of(1), YUAN(1000.0));
    assert_string_equal(company_spend(&company, A, YUAN(700.0)), "");
    assert_string_equal(hold(YUAN(200.0)), "");
    const struct order_outcome *no =
        company_settle(&company, company_order(ORDER_CREATE_PURCHASE, A, YUAN(100.01)));
    assert_string_equal(no->refusal->reason, "CAP_EXCEEDED");
    assert_int_equal(no->refusal->code, CODE_RESOURCE_EXHAUSTED);
    assert_int_equal(no->allowance.micros, YUAN(100.0));
    assert_string_equal(no->allowance.binding, "remaining");
    static const struct term terms[] = {{"remaining", YUAN(100.0)},
                                        {"cap", YUAN(1000.0)},
                                        {"used", -YUAN(700.0)},
                                        {"reserved", -YUAN(200.0)},
                                        {"estimate", YUAN(100.01)}};
    assert_int_equal(no->allowance.term_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(no->allowance.terms[i].name, terms[i].name);
        assert_int_equal(no->allowance.terms[i].micros, terms[i].micros);
    }
    assert_string_equal(hold(YUAN(100.01)), "CAP_EXCEEDED");
    assert_string_equal(company_spend(&company, A, YUAN(100.0)), "");
    assert_string_equal(hold(YUAN(0.01)), "CAP_EXCEEDED");
    assert_counted(cap, YUAN(800.0), YUAN(200.0));
}

/* LED-38, and lowered below what is used: allowed, and nothing more is bought. */
static void the_lowest_of_two_binds(void **state)
{
    static const struct {
        struct cap_level_limit own, above;
        int64_t limit;
    } rows[] = {{{true, 5}, {false, 0}, 5},
                {{false, 0}, {true, 7}, 7},
                {{true, 5}, {true, 7}, 5},
                {{true, 9}, {true, 7}, 7},
                {{true, 0}, {true, 7}, 0}};
    (void)state;
    struct cap *cap = capped(company_id_of(1), YUAN(1000.0));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cap found = {.limits = {rows[i].own, rows[i].above}};
        assert_int_equal(cap_limit(&found), rows[i].limit);
    }
    assert_string_equal(company_spend(&company, A, YUAN(900.0)), "");
    cap->limits[CAP_ABOVE] = (struct cap_level_limit){true, YUAN(850.0)};
    assert_int_equal(cap_remaining(cap), -YUAN(50.0));
    assert_string_equal(company_spend(&company, A, YUAN(0.01)), "CAP_EXCEEDED");
    assert_false(cap_allows(cap, 0));
    assert_true(cap_allows(NULL, ACCOUNT_MICROS_MAX));
}

/* Usage is never refused; that it went beyond is told once a month. */
static void usage_goes_beyond_and_is_told_once(void **state)
{
    (void)state;
    struct cap *cap = capped(company_id_of(1), YUAN(100.0));
    assert_string_equal(use(YUAN(100.0), 0), "");
    assert_false(cap->exceeded_told);
    const struct order_outcome *outcome =
        company_settle(&company, company_order(ORDER_RECORD_USAGE, A, 1));
    assert_true(outcome->refusal == NULL &&
                id_equal(outcome->exceeded.account_id, cap->account_id));
    assert_int_equal(outcome->exceeded.spent_micros, YUAN(100.0) + 1);
    outcome = company_settle(&company, company_order(ORDER_RECORD_USAGE, A, 1));
    assert_true(outcome->refusal == NULL && id_is_nil(outcome->exceeded.account_id));
    assert_string_equal(use(1, MONTH_START_US - 1), ""); /* of the month before */
    assert_string_equal(use(1, MONTH_START_US), "");
    assert_counted(cap, YUAN(100.0) + 3, 0);
    assert_false(cap_month_is_over(cap, MONTH_END_US - 1));
    assert_true(cap_month_is_over(cap, MONTH_END_US));
    cap_begin_month(cap, MONTH_END_US, MONTH_END_US + 1);
    assert_counted(cap, 0, 0);
    assert_false(cap->exceeded_told);
}

static void captures_and_refunds_are_of_the_month_of_what_they_end(void **state)
{
    (void)state;
    struct cap *cap = capped(company_id_of(1), YUAN(1000.0));
    assert_string_equal(hold(YUAN(300.0)), "");
    struct id first = last_id();
    assert_string_equal(hold(YUAN(100.0)), "");
    struct id second = last_id();
    assert_string_equal(company_spend(&company, A, YUAN(50.0)), "");
    struct id bought = last_id();
    assert_counted(cap, YUAN(50.0), YUAN(400.0));
    assert_string_equal(about(ORDER_CAPTURE_HOLD, first, YUAN(250.0)), "");
    struct id captured = last_id();
    assert_counted(cap, YUAN(300.0), YUAN(100.0));
    assert_string_equal(about(ORDER_VOID_HOLD, second, 0), "");
    assert_counted(cap, YUAN(300.0), 0);
    assert_string_equal(about(ORDER_REFUND_PURCHASE, bought, YUAN(20.0)), "");
    assert_string_equal(about(ORDER_REFUND_PURCHASE, captured, YUAN(50.0)), "");
    assert_counted(cap, YUAN(230.0), 0);
    assert_string_equal(hold(YUAN(60.0)), "");
    struct id last = last_id();
    cap_begin_month(cap, NOW_US + 1, MONTH_END_US); /* all of it was in the month before */
    assert_string_equal(about(ORDER_CAPTURE_HOLD, last, YUAN(60.0)), "");
    assert_string_equal(about(ORDER_REFUND_PURCHASE, last_id(), YUAN(10.0)), "");
    assert_string_equal(about(ORDER_REFUND_PURCHASE, bought, YUAN(10.0)), "");
    assert_counted(cap, 0, 0);
}

/* c-1: what A pays for SUB counts for SUB alone, and its cap is asked before the quota. */
static void who_consumes_is_capped_and_not_who_pays(void **state)
{
    (void)state;
    struct cap *own = capped(company_id_of(1), YUAN(10.0)), *cap = capped(SUB, YUAN(100.0));
    struct quota *quota = &company.quotas[company.facts.quota_count++];
    *quota = (struct quota){.account = &company.accounts[A],
                            .sub_account_id = SUB,
                            .basis = {.relation_id = {{50}}, .agent_pays = true}};
    struct order set = company_order(ORDER_SET_QUOTA, A, YUAN(90.0));
    set.sub_account_id = SUB;
    assert_string_equal(company_try(&company, set), "");
    struct order order = company_order(ORDER_CREATE_PURCHASE, A, YUAN(100.01));
    order.sub_account_id = SUB;
    for (int i = 0; i < 2; i++) { /* who pays does not learn what SUB spends */
        order.kind = i == 0 ? ORDER_PLACE_HOLD : ORDER_CREATE_PURCHASE;
        const struct order_outcome *no = company_settle(&company, order);
        assert_string_equal(no->refusal->reason, "CAP_EXCEEDED");
        assert_int_equal(no->allowance.term_count, 1);
        assert_string_equal(no->allowance.terms[0].name, "estimate");
        assert_int_equal(no->allowance.terms[0].micros, YUAN(100.01));
    }
    order.amount_micros = YUAN(100.0);
    assert_string_equal(company_try(&company, order), "QUOTA_EXCEEDED");
    order.amount_micros = YUAN(60.0);
    assert_string_equal(company_try(&company, order), "");
    order.kind = ORDER_PLACE_HOLD;
    order.amount_micros = YUAN(30.0);
    assert_string_equal(company_try(&company, order), "");
    assert_counted(cap, YUAN(60.0), YUAN(30.0));
    assert_counted(own, 0, 0);
    struct order void_it = company_order(ORDER_VOID_HOLD, A, 0);
    void_it.reference_id = last_id();
    assert_string_equal(company_try(&company, void_it), "");
    assert_counted(cap, YUAN(60.0), 0);
}

static void a_group_that_fails_counts_nothing(void **state)
{
    (void)state;
    struct cap *cap = capped(company_id_of(1), YUAN(100.0));
    struct order rows[] = {company_order(ORDER_CREATE_PURCHASE, A, YUAN(60.0)),
                           company_order(ORDER_CREATE_PURCHASE, A, YUAN(60.0))};
    rows[0].linked = true;
    const struct order *orders[] = {&rows[0], &rows[1]};
    struct order_outcome outcomes[2];
    settle_orders(&company.facts, orders, (bool[]){false, false}, 2, outcomes);
    assert_string_equal(outcomes[1].refusal->reason, "CAP_EXCEEDED");
    assert_int_equal(outcomes[1].allowance.micros, YUAN(40.0)); /* A.5: two of 60 */
    assert_counted(cap, 0, 0);
}

static void rows_that_nobody_made_disagree(void **state)
{
    static const struct cap rows[] = {{.limits = {{false, 0}, {false, 0}}},
                                      {.limits = {{true, -1}}},
                                      {.limits = {{true, ACCOUNT_MICROS_MAX + 1}}},
                                      {.limits = {{true, 1}}, .reserved_micros = -1},
                                      {.limits = {{true, 1}}, .reserved_micros = INT64_MAX},
                                      {.limits = {{true, 1}}, .spent_micros = INT64_MIN},
                                      {.limits = {{true, 1}}, .spent_micros = INT64_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(cap_agrees(&rows[i]));
    struct cap *cap = capped(company_id_of(1), YUAN(1.0));
    assert_true(cap_agrees(cap));
    cap->spent_micros = INT64_MAX;
    (void)company_try(&company, company_order(ORDER_CREATE_PURCHASE, A, 1));
    assert_true(company.facts.disagree);
}

static void what_may_be_set_and_removed(void **state)
{
    (void)state;
    struct account closed = company.accounts[A];
    closed.state = ACCOUNT_CLOSED;
    const struct cap cap = {.limits = {[CAP_ABOVE] = {true, 1}}};
    assert_null(cap_set_decide(&company.accounts[A], "CNY"));
    assert_ptr_equal(cap_set_decide(NULL, "CNY"), cap_refusal(CAP_ACCOUNT_UNKNOWN));
    assert_ptr_equal(cap_set_decide(&closed, "CNY"), cap_refusal(CAP_ACCOUNT_CLOSED));
    assert_ptr_equal(cap_set_decide(&company.accounts[A], "USD"),
                     cap_refusal(CAP_CURRENCY_MISMATCH));
    assert_null(cap_remove_decide(&company.accounts[A], &cap, CAP_ABOVE));
    assert_ptr_equal(cap_remove_decide(&company.accounts[A], &cap, CAP_OWN),
                     cap_refusal(CAP_UNKNOWN)); /* the child's removal leaves the parent's */
    assert_ptr_equal(cap_remove_decide(NULL, &cap, CAP_ABOVE), cap_refusal(CAP_ACCOUNT_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(exactly_what_remains_is_accepted, opened),
        cmocka_unit_test_setup(the_lowest_of_two_binds, opened),
        cmocka_unit_test_setup(usage_goes_beyond_and_is_told_once, opened),
        cmocka_unit_test_setup(captures_and_refunds_are_of_the_month_of_what_they_end, opened),
        cmocka_unit_test_setup(who_consumes_is_capped_and_not_who_pays, opened),
        cmocka_unit_test_setup(a_group_that_fails_counts_nothing, opened),
        cmocka_unit_test_setup(rows_that_nobody_made_disagree, opened),
        cmocka_unit_test_setup(what_may_be_set_and_removed, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
