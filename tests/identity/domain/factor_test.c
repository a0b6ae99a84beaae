/* ID-32: proofs, the last factor, recovery codes: every boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/factor.h"
#include "identity/domain/mfa_policy.h"
#include "identity/domain/role.h"

#define NOW INT64_C(1800000000000000)
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static void a_proof_is_counted_right_and_new(void **state)
{
    (void)state;
    static const struct {
        struct proof proof;
        enum proof_verdict verdict;
    } rows[] = {
        {{true, true, true, true}, PROOF_ACCEPTED},
        {{false, false, false, false}, PROOF_NO_FACTOR},
        {{true, false, false, false}, PROOF_THROTTLED},
        {{true, true, false, false}, PROOF_REFUSED},
        {{true, true, false, false}, PROOF_REFUSED},
        {{true, true, true, false}, PROOF_USED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(proof_decide(&rows[i].proof), rows[i].verdict);
    assert_string_equal(proof_refusal(PROOF_USED)->reason, "PROOF_USED");
}

static void the_wait_is_of_the_row_or_of_the_day(void **state)
{
    (void)state;
    static const struct {
        struct proof_attempts attempts;
        int64_t wait_ms;
    } rows[] = {
        {{NOW + 30 * SECOND, 6, NOW - HOUR}, 30000},
        {{NOW + 30 * SECOND, 19, NOW - HOUR}, 30000},
        {{NOW + 30 * SECOND, 20, NOW - HOUR}, 23 * 3600 * 1000},
        {{NOW + HOUR, 20, NOW - 24 * HOUR + MINUTE}, 3600 * 1000},
        {{NOW, 20, NOW - 24 * HOUR}, 1},
        {{NOW + 1, 1, 0}, 1},
        {{NOW - 1, 1, 0}, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(proof_wait_ms(&rows[i].attempts, NOW), rows[i].wait_ms);
}

static void ten_factors_at_most(void **state)
{
    (void)state;
    assert_int_equal(factor_enroll_decide(9), FACTOR_ACCEPTED);
    assert_int_equal(factor_enroll_decide(10), FACTOR_TOO_MANY);
}

static void the_last_factor_goes_by_a_recovery_code_and_later(void **state)
{
    (void)state;
    static const struct {
        struct factor_removal removal;
        enum factor_verdict verdict;
        int64_t goes_us;
    } rows[] = {
        {{2, FACTOR_TOTP, NOW}, FACTOR_ACCEPTED, 0},
        {{2, FACTOR_NONE, 0}, FACTOR_ACCEPTED, 0},
        {{1, FACTOR_TOTP, NOW}, FACTOR_IS_LAST, 0},
        {{1, FACTOR_WEBAUTHN, NOW}, FACTOR_IS_LAST, 0},
        {{1, FACTOR_NONE, 0}, FACTOR_IS_LAST, 0},
        {{1, FACTOR_RECOVERY_CODE, NOW}, FACTOR_ACCEPTED, NOW + 72 * HOUR},
        {{1, FACTOR_RECOVERY_CODE, NOW - 5 * MINUTE}, FACTOR_ACCEPTED, NOW + 72 * HOUR},
        {{1, FACTOR_RECOVERY_CODE, NOW - 5 * MINUTE - 1}, FACTOR_IS_LAST, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t goes_us = -1;
        assert_int_equal(factor_remove_decide(&rows[i].removal, NOW, &goes_us), rows[i].verdict);
        assert_int_equal(goes_us, rows[i].goes_us);
    }
}

static void five_sets_of_codes_a_day(void **state)
{
    (void)state;
    assert_true(recovery_sets_allow(4, NOW - HOUR, NOW));
    assert_false(recovery_sets_allow(5, NOW - HOUR, NOW));
    assert_false(recovery_sets_allow(5, NOW - 24 * HOUR + 1, NOW));
    assert_true(recovery_sets_allow(5, NOW - 24 * HOUR, NOW));
}

static void a_recovery_code_has_fifty_bits(void **state)
{
    (void)state;
    char text[RECOVERY_CODE_SIZE], normal[RECOVERY_CODE_DIGITS + 1];
    recovery_code_print(0, text);
    assert_string_equal(text, "00000-00000");
    recovery_code_print(UINT64_MAX, text);
    assert_string_equal(text, "ZZZZZ-ZZZZZ");
    recovery_code_print(1ull << 49 | 1, text);
    assert_string_equal(text, "G0000-00001");
    assert_true(recovery_code_normalise(text, normal));
    assert_string_equal(normal, "G000000001");
    assert_true(recovery_code_normalise(" g0oO0- 0O0il", normal));
    assert_string_equal(normal, "G000000011");
    static const char *const none[] = {
        "", "G0000-0000", "G0000-000011", "G0000-0000U", "G0000-0000\xc3\xa9", "G0000_00001"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(recovery_code_normalise(none[i], normal));
}

static void a_role_makes_a_demand_more_never_less(void **state)
{
    (void)state;
    static const enum mfa_demand demands[] = {MFA_DEMAND_NONE, MFA_DEMAND_WHEN_ENROLLED,
                                              MFA_DEMAND_REQUIRED};
    const struct mfa_policy policy = {.required_roles = ROLE_ACCOUNT_ADMINISTRATOR},
                            nobody = {.required_roles = ROLE_NONE};
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
        assert_int_equal(mfa_demand_on(demands[i], &policy, ROLE_MEMBER), demands[i]);
        assert_int_equal(mfa_demand_on(demands[i], &policy, ROLE_NONE), demands[i]);
        assert_int_equal(
            mfa_demand_on(demands[i], &policy, ROLE_MEMBER | ROLE_ACCOUNT_ADMINISTRATOR),
            MFA_DEMAND_REQUIRED);
        assert_int_equal(mfa_demand_on(demands[i], &policy, ROLE_CUSTOM), MFA_DEMAND_REQUIRED);
        assert_int_equal(mfa_demand_on(demands[i], &nobody, ROLE_CUSTOM | ROLE_MEMBER), demands[i]);
        assert_int_equal(mfa_demand_find(mfa_demand_name(demands[i])), demands[i]);
    }
    assert_string_equal(mfa_demand_name(MFA_DEMAND_UNSPECIFIED), "WHEN_ENROLLED");
    assert_int_equal(mfa_demand_find("x"), MFA_DEMAND_UNSPECIFIED);
}

static void a_challenge_lives_five_minutes(void **state)
{
    (void)state;
    assert_true(challenge_lives(NOW, NOW + 5 * MINUTE));
    assert_false(challenge_lives(NOW, NOW + 5 * MINUTE + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_is_counted_right_and_new),
        cmocka_unit_test(the_wait_is_of_the_row_or_of_the_day),
        cmocka_unit_test(ten_factors_at_most),
        cmocka_unit_test(the_last_factor_goes_by_a_recovery_code_and_later),
        cmocka_unit_test(five_sets_of_codes_a_day),
        cmocka_unit_test(a_recovery_code_has_fifty_bits),
        cmocka_unit_test(a_role_makes_a_demand_more_never_less),
        cmocka_unit_test(a_challenge_lives_five_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
