/* For whom an account may pay, and since when and until when (R5, LED-20, LED-38, PAY-16, ID-39): A
 * is the agent, SUB the name of an account that is nowhere in the company. */
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
                            .basis = {.relation_id = {{50}}, .agent_pays = true}};
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

static const char *buy(int64_t micros)
{
    return company_try(&company, order_for(ORDER_CREATE_PURCHASE, micros));
}

static const char *meter(int64_t micros)
{
    return company_try(&company, order_for(ORDER_RECORD_USAGE, micros));
}

static const char *offset(int64_t micros)
{
    return company_try(&company, order_for(ORDER_OFFSET_QUOTA, micros));
}

static void assert_terms(int64_t line, int64_t deducted, int64_t undeducted)
{
    struct quota_terms found = quota_terms(quota);
    assert_int_equal(found.line_micros, line);
    assert_int_equal(found.deducted_micros, deducted);
    assert_int_equal(found.undeducted_micros, undeducted);
}

/* R5, S14, LED-20, LED-38, ID-39 */
static void only_who_is_a_customer_or_a_member_is_paid_for(void **state)
{
    static const struct {
        struct quota_basis basis;
        const char *set, *bought;
    } rows[] = {
        {{.agent_pays = false}, "PAY_ON_BEHALF_NOT_AGREED", "PAY_ON_BEHALF_NOT_AGREED"},
        {{.relation_id = {{50}}}, "PAY_ON_BEHALF_NOT_AGREED", "PAY_ON_BEHALF_NOT_AGREED"},
        {{.relation_id = {{50}}, .agent_purchases = true},
         "PAY_ON_BEHALF_NOT_AGREED",
         "PAY_ON_BEHALF_NOT_AGREED"},
        {{.relation_id = {{50}}, .agent_pays = true}, "", ""},
        {{.same_company = true}, "", ""},
        {{.relation_id = {{50}}, .same_company = true}, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        opened(state);
        company_top_up(&company, A, YUAN(100));
        quota->basis = rows[i].basis;
        assert_string_equal(set(YUAN(10)), rows[i].set);
        assert_string_equal(buy(YUAN(10)), rows[i].bought);
    }
}

static void an_end_ends_what_rested_on_it(void **state) /* R5, PAY-16 */
{
    (void)state;
    company_top_up(&company, A, YUAN(1000));
    set(YUAN(100));
    assert_string_equal(buy(YUAN(30)), "");
    quota->basis = (struct quota_basis){.paid_until_us = NOW_US};
    assert_string_equal(buy(1), "PAY_ON_BEHALF_NOT_AGREED");
    assert_terms(0, YUAN(30), 0);
    assert_string_equal(offset(YUAN(5)), ""); /* what is owed is still paid back */
    struct allowance allowance = quota_explained(quota, &company.accounts[A]);
    assert_string_equal(allowance.binding, "relation");
    assert_int_equal(allowance.micros, 0);
    quota->basis = (struct quota_basis){.relation_id = {{51}}, .agent_pays = true};
    assert_string_equal(buy(1), "QUOTA_NOT_FOUND"); /* the next relation begins without */
    assert_terms(0, YUAN(25), 0);
    assert_string_equal(set(YUAN(25.01)), "");
    assert_string_equal(buy(10001), "QUOTA_EXCEEDED");
    assert_string_equal(buy(10000), "");
}

static void usage_from_before_the_end_is_still_the_agents(void **state) /* R5, B.3 */
{
    (void)state;
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    set(YUAN(100));
    quota->basis = (struct quota_basis){.paid_until_us = NOW_US};
    assert_string_equal(meter(1), "PAY_ON_BEHALF_NOT_AGREED"); /* now is not before */
    struct order late = order_for(ORDER_RECORD_USAGE, 1);
    late.effective_us = NOW_US - 1;
    assert_string_equal(company_try(&company, late), "");
    late.effective_us = NOW_US;
    assert_string_equal(company_try(&company, late), "PAY_ON_BEHALF_NOT_AGREED");
    quota->basis.paid_until_us = 0; /* never paid for */
    late.effective_us = 1;
    assert_string_equal(company_try(&company, late), "PAY_ON_BEHALF_NOT_AGREED");
}

static void terms_may_allow_purchases_before_a_line_is_set(void **state) /* PAY-16, B.2 */
{
    (void)state;
    company_top_up(&company, A, YUAN(100));
    quota->basis.agent_purchases = true;
    assert_string_equal(buy(YUAN(100.01)), "PAYER_INSUFFICIENT"); /* the pool alone bounds */
    assert_string_equal(buy(YUAN(60)), "");
    assert_terms(ACCOUNT_MICROS_MAX, YUAN(60), 0);
    assert_string_equal(meter(YUAN(1)), "");
    assert_string_equal(set(YUAN(70)), "");
    assert_string_equal(buy(YUAN(10)), "QUOTA_EXCEEDED"); /* from then on the line does */
    assert_string_equal(buy(YUAN(9)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_who_is_a_customer_or_a_member_is_paid_for, opened),
        cmocka_unit_test_setup(an_end_ends_what_rested_on_it, opened),
        cmocka_unit_test_setup(usage_from_before_the_end_is_still_the_agents, opened),
        cmocka_unit_test_setup(terms_may_allow_purchases_before_a_line_is_set, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
