/* B.3, ID-26: a partner in trouble buys nothing more for its customers; what runs goes on. */
#include "tests/ledger/domain/company.h"

static struct company company;

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    company.quotas[company.facts.quota_count++] =
        (struct quota){.account = &company.accounts[A],
                       .sub_account_id = company_id_of(101),
                       .basis = {.relation_id = company_id_of(50), .agent_pays = true}};
    return 0;
}

static const char *try(enum order_kind kind, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.sub_account_id = company_id_of(101);
    return company_try(&company, order);
}

static void a_payer_in_trouble_buys_for_nobody_else(void **state) /* B.3, ID-26 */
{
    (void)state;
    struct account *payer = &company.accounts[A];
    company_top_up(&company, A, YUAN(100));
    try(ORDER_SET_QUOTA, YUAN(100));
    payer->state = ACCOUNT_FROZEN;
    assert_string_equal(try(ORDER_CREATE_PURCHASE, YUAN(1)), "PAYER_UNAVAILABLE");
    assert_string_equal(company_try(&company, company_order(ORDER_CREATE_PURCHASE, A, YUAN(1))),
                        "ACCOUNT_FROZEN");
    payer->state = ACCOUNT_ACTIVE;
    assert_string_equal(try(ORDER_CREATE_PURCHASE, YUAN(1)), "");
    /* what runs goes on; nothing available is not overdue (D.8) */
    assert_string_equal(try(ORDER_RECORD_USAGE, YUAN(99)), "");
    assert_int_equal(company_available(&company, A), 0);
    assert_string_equal(try(ORDER_CREATE_PURCHASE, YUAN(1)), "QUOTA_EXCEEDED");
    try(ORDER_SET_QUOTA, YUAN(200));
    assert_string_equal(try(ORDER_CREATE_PURCHASE, YUAN(1)), "PAYER_INSUFFICIENT");
    assert_string_equal(try(ORDER_RECORD_USAGE, 1), "");
    assert_string_equal(try(ORDER_CREATE_PURCHASE, YUAN(1)), "PAYER_UNAVAILABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_payer_in_trouble_buys_for_nobody_else, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
