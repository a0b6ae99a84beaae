/* Which of the ledger's facts identity alone knows: whose an account is (ID-18, ID-31). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/company.h"

static void which_company_is_no_operators_to_say(void **state)
{
    (void)state;
    static const char *const of_it[] = {"company_verified", "verified_company_id", "corporate"};
    static const char *const others[] = {
        "state", "payment_mode", "buffer_micros", "receivables",
        "",      "company",      "company_id",    "verified_company_idx"};
    for (size_t i = 0; i < sizeof(of_it) / sizeof(of_it[0]); i++)
        assert_true(company_is_fact_of_it(of_it[i]));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(company_is_fact_of_it(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(which_company_is_no_operators_to_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
