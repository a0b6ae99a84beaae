/* Credit limits, their contracts and the line of a company (LED-14 to LED-16, D.3, D.15, E20, E21).
 */
#include "ledger/domain/credit.h"
#include "tests/ledger/domain/company.h"

static struct company company;

static int opened(void **state)
{
    (void)state;
    company_open(&company);
    return 0;
}

static void the_first_limit_waits_for_its_contract(void **state) /* LED-14, LED-15, LED-16, E21 */
{
    (void)state;
    assert_string_equal(company_try(&company, company_order(ORDER_CONFIRM_CREDIT_LIMIT, A, 0)),
                        "CONTRACT_NOT_PENDING");
    company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(1000)));
    assert_int_equal(company_available(&company, A), 0);
    assert_string_equal(company_spend(&company, A, YUAN(1000)), "CONTRACT_PENDING");
    assert_string_equal(company_spend(&company, A, YUAN(1000.01)), "EXCEEDS_AVAILABLE");
    company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A,
                                        YUAN(500))); /* replaces the pending value */
    company_try(&company, company_order(ORDER_CONFIRM_CREDIT_LIMIT, A, 0));
    assert_int_equal(company_available(&company, A), YUAN(500));
    assert_string_equal(company_try(&company, company_order(ORDER_CONFIRM_CREDIT_LIMIT, A, 0)),
                        "CONTRACT_NOT_PENDING");
    company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(800)));
    assert_int_equal(company_available(&company, A), YUAN(800));
}

static const char *confirm(const char *contract_hash)
{
    struct order order = company_order(ORDER_CONFIRM_CREDIT_LIMIT, A, 0);
    order.contract_hash = contract_hash;
    return company_try(&company, order);
}

static void the_contract_that_was_shown_is_the_one_confirmed(void **state) /* LED-42 */
{
    (void)state;
    char hundred[CREDIT_CONTRACT_HASH_SIZE], other[CREDIT_CONTRACT_HASH_SIZE];
    char text[CREDIT_CONTRACT_TEXT_SIZE];
    company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(100)));
    credit_contract_text(&company.accounts[A], YUAN(100), text);
    assert_non_null(strstr(text, " 100.00 CNY "));
    credit_contract_hash(&company.accounts[A], YUAN(100), hundred);
    credit_contract_hash(&company.accounts[B], YUAN(100), other);
    assert_string_not_equal(hundred, other);
    credit_contract_hash(&company.accounts[A], YUAN(100.01), other);
    assert_string_not_equal(hundred, other);
    assert_string_equal(confirm(other), "CONTRACT_CHANGED");
    assert_string_equal(confirm(""), "CONTRACT_CHANGED");
    company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(100.01)));
    assert_string_equal(confirm(hundred), "CONTRACT_CHANGED"); /* it was replaced meanwhile */
    assert_int_equal(company_available(&company, A), 0);
    assert_string_equal(confirm(other), "");
    assert_int_equal(company_available(&company, A), YUAN(100.01));
}

static void something_stays_available_under_a_lower_limit(void **state) /* D.3, E20 */
{
    (void)state;
    static const struct {
        double limit;
        const char *expected;
    } rows[] = {{501, ""}, {500.01, ""}, {500, "LIMIT_BELOW_USAGE"}, {300, "LIMIT_BELOW_USAGE"}};
    company.accounts[A].payment_mode = PAYMENT_POSTPAID;
    company_confirm_limit(&company, A, YUAN(1000));
    company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(500)));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(
            company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(rows[i].limit))),
            rows[i].expected);
}

static void limits_stay_within_the_companys_line(void **state) /* D.3, D.15 */
{
    (void)state;
    company.line.line_micros = YUAN(1000);
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(700))),
                        "");
    assert_string_equal(
        company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, B, YUAN(300.01))),
        "LIMIT_ABOVE_ALLOCATABLE");
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, B, YUAN(300))),
                        "");
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, A, YUAN(600))),
                        "");
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, B, YUAN(400))),
                        "");
    company.accounts[B].pay_on_behalf = true; /* LED-17 */
    assert_string_equal(company_try(&company, company_order(ORDER_SET_CREDIT_LIMIT, B, YUAN(100))),
                        "DISABLED_PAY_ON_BEHALF");
}

static void a_line_is_never_below_its_limits(void **state) /* D.3 */
{
    (void)state;
    const struct credit_line line = {.line_micros = YUAN(500), .allocated_micros = YUAN(300)};
    assert_null(line_set_decide(&line, YUAN(300)));
    assert_string_equal(line_set_decide(&line, YUAN(299.999999))->reason, "LINE_BELOW_ALLOCATED");
    assert_null(line_set_decide(&(struct credit_line){.line_micros = YUAN(500)}, 0));
}

static enum fault fault_of(int64_t line_micros, const char *currency)
{
    enum line_mistake mistake = line_check(line_micros, currency_find(currency));
    return mistake == LINE_FITS ? FAULT_NONE : line_mistake_fault(mistake);
}

static void a_line_is_in_range_and_whole(void **state) /* D.3, E18, E31 */
{
    (void)state;
    static const struct {
        int64_t micros;
        const char *currency;
        enum fault fault;
    } rows[] = {
        {-1, "CNY", FAULT_NEGATIVE},
        {0, "CNY", FAULT_NONE},
        {9999, "CNY", FAULT_NOT_WHOLE},
        {10000, "CNY", FAULT_NONE},
        {10000, "JPY", FAULT_NOT_WHOLE},
        {1000000, "JPY", FAULT_NONE},
        {INT64_C(576460752303420000), "CNY", FAULT_NONE},
        {INT64_C(576460752303423487), "CNY", FAULT_NOT_WHOLE},
        {INT64_C(576460752303423488), "CNY", FAULT_OUT_OF_RANGE},
        {INT64_C(576460752303430000), "CNY", FAULT_OUT_OF_RANGE},
        {INT64_MAX, "CNY", FAULT_OUT_OF_RANGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fault_of(rows[i].micros, rows[i].currency), rows[i].fault);
    assert_string_equal(line_mistake_sentence(LINE_NEGATIVE), "must not be negative");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_limit_waits_for_its_contract, opened),
        cmocka_unit_test_setup(the_contract_that_was_shown_is_the_one_confirmed, opened),
        cmocka_unit_test_setup(something_stays_available_under_a_lower_limit, opened),
        cmocka_unit_test_setup(limits_stay_within_the_companys_line, opened),
        cmocka_unit_test_setup(a_line_is_never_below_its_limits, opened),
        cmocka_unit_test_setup(a_line_is_in_range_and_whole, opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
