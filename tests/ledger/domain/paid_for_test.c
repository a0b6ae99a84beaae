/* An account that orders on another one's money (LED-20): what it hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/domain/hold.h"
#include "ledger/domain/paid_for.h"
#include "ledger/domain/purchase.h"

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

static void every_reason_of_a_hold_is_told_without_terms(void **state)
{
    (void)state;
    for (int verdict = 1; verdict < HOLD_VERDICT_END; verdict++) {
        const char *reason = hold_refusal((enum hold_verdict)verdict)->reason;
        const struct refusal *told = held_for_refusal(reason);
        assert_non_null(told);
        assert_string_equal(told->reason,
                            verdict == HOLD_ACCOUNT_UNKNOWN ? "PAY_ON_BEHALF_NOT_AGREED" : reason);
    }
    assert_null(held_for_refusal("IDEMPOTENCY_MISMATCH"));
    assert_null(held_for_refusal(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_of_a_purchase_is_told_without_terms),
        cmocka_unit_test(every_reason_of_a_hold_is_told_without_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
