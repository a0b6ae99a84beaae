/* ID-25: a direct contract, and until when it counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/partner.h"

#define DAY INT64_C(86400000000)
#define NOW INT64_C(1900000000000000)

static void a_contract_counts_until_its_end(void **state)
{
    (void)state;
    struct partner_contract contract = {.begun_us = NOW, .ends_us = NOW + DAY};
    assert_true(partner_is_authorised(&contract, NOW + DAY - 1));
    assert_false(partner_is_authorised(&contract, NOW + DAY));
    assert_false(partner_is_authorised(NULL, NOW));
    assert_int_equal(partner_authorise_decide(&contract, true, NOW + DAY - 1), PARTNER_AUTHORISED);
    assert_int_equal(partner_authorise_decide(&contract, true, NOW + DAY), PARTNER_ACCEPTED);
    assert_int_equal(partner_authorise_decide(NULL, false, NOW), PARTNER_NOT_VERIFIED);
    assert_int_equal(partner_end_decide(&contract, NOW + DAY - 1), PARTNER_ACCEPTED);
    assert_int_equal(partner_end_decide(&contract, NOW + DAY), PARTNER_UNKNOWN);
    contract.ends_us = 0;
    assert_true(partner_is_authorised(&contract, NOW + 9999 * DAY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_counts_until_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
