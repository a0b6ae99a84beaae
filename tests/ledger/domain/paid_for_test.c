/* An account that orders on another one's money (LED-20): by which id, and what it hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/domain/paid_for.h"

static void every_reason_of_a_purchase_is_told_without_terms(void **state)
{
    (void)state;
    for (int verdict = 1; verdict < PURCHASE_VERDICT_END; verdict++) {
        const char *reason = purchase_refusal((enum purchase_verdict)verdict)->reason;
        const struct refusal *told = paid_for_refusal(reason);
        assert_non_null(told);
        assert_string_equal(told->reason, verdict == PURCHASE_ACCOUNT_UNKNOWN
                                              ? "PAY_ON_BEHALF_NOT_AGREED"
                                              : reason);
    }
    assert_null(paid_for_refusal("IDEMPOTENCY_MISMATCH"));
    assert_null(paid_for_refusal(""));
}

static void the_id_is_of_both(void **state)
{
    (void)state;
    const struct id sub = {{1}}, other = {{2}}, request = {{3}}, another = {{4}};
    struct id id = paid_for_request_id(sub, request);
    assert_true(id_equal(id, paid_for_request_id(sub, request)));
    assert_false(id_equal(id, request));
    assert_false(id_equal(id, paid_for_request_id(other, request)));
    assert_false(id_equal(id, paid_for_request_id(sub, another)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_of_a_purchase_is_told_without_terms),
        cmocka_unit_test(the_id_is_of_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
