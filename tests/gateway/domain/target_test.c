/* The target of a top-up as a table, each condition from both sides (PAY-15, ID-18). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/target.h"

static void a_target_is_the_payer_or_of_its_company(void **state)
{
    (void)state;
    static const struct {
        struct target target;
        const char *expected; /* NULL: accepted */
    } rows[] = {
        {{true, true, COMPANY_SAME, true, false, false}, NULL},
        {{true, false, COMPANY_SAME, true, false, false}, NULL},
        {{true, false, COMPANY_DIFFERENT, true, false, false}, "DIFFERENT_COMPANY"},
        {{true, false, COMPANY_NOT_CORPORATE, true, false, false}, "NOT_CORPORATE"},
        {{true, false, COMPANY_NOT_VERIFIED, true, false, false}, "NOT_VERIFIED"},
        {{true, false, COMPANY_DIFFERENT, false, false, false},
         "DIFFERENT_COMPANY"}, /* the first */
        {{true, true, COMPANY_DIFFERENT, true, false, false},
         NULL}, /* nobody is asked about oneself */
        {{true, false, COMPANY_SAME, false, false, false},
         "BILLING_ADDRESS_MISSING"}, /* settled 11 */
        {{true, true, COMPANY_SAME, false, false, false}, "BILLING_ADDRESS_MISSING"},
        /* PAY-16 */
        {{true, false, COMPANY_SAME, true, true, false}, "SUBACCOUNT_READ_ONLY"},
        {{true, true, COMPANY_SAME, true, true, false}, "SUBACCOUNT_READ_ONLY"},
        {{true, false, COMPANY_SAME, true, true, true}, NULL},
        {{true, false, COMPANY_SAME, true, false, true}, NULL},
        {{true, false, COMPANY_DIFFERENT, true, true, false}, "DIFFERENT_COMPANY"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct refusal *refusal = target_decide(&rows[i].target);
        assert_int_equal(refusal == NULL, rows[i].expected == NULL);
        if (refusal != NULL)
            assert_string_equal(refusal->reason, rows[i].expected);
        assert_int_equal(target_needs_company(&rows[i].target), !rows[i].target.is_payer);
    }
}

static void none_is_not_the_payer(void **state)
{
    (void)state;
    struct target empty = {.readable = false};
    assert_false(target_needs_company(&empty));
    assert_null(target_decide(&empty)); /* payments says that the field is missing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_the_payer_or_of_its_company),
        cmocka_unit_test(none_is_not_the_payer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
