#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/operator.h"

#define NOW INT64_C(1750000000000000)
#define ADMIN ((unsigned)ROLE_OPERATOR_ADMINISTRATOR)
#define REVIEW ((unsigned)ROLE_OPERATOR_REVIEW)
#define SUPPORT ((unsigned)ROLE_OPERATOR_SUPPORT)

static void administrators_invite_within_limits(void **state)
{
    (void)state;
    static const struct {
        struct operator_invite_facts facts;
        enum operator_invite_verdict verdict;
    } rows[] = {
        {{ADMIN, false, false, 1, 0, 0, 0}, OPERATOR_INVITE_ACCEPTED},
        {{REVIEW | SUPPORT, false, false, 1, 0, 0, 0}, OPERATOR_INVITE_NOT_ADMINISTRATOR},
        {{ROLE_ACCOUNT_ADMINISTRATOR, true, true, 1, 0, 0, 0}, OPERATOR_INVITE_NOT_ADMINISTRATOR},
        {{ADMIN, true, true, 500, 50, 100, 10}, OPERATOR_INVITE_IS_ONE},
        {{ADMIN, false, true, 500, 50, 100, 10}, OPERATOR_INVITE_IS_INVITED},
        {{ADMIN, false, false, 500, 50, 100, 10}, OPERATOR_INVITE_OPERATORS_MAX},
        {{ADMIN, false, false, 499, 50, 100, 10}, OPERATOR_INVITE_OPEN_MAX},
        {{ADMIN, false, false, 499, 49, 100, 10}, OPERATOR_INVITE_DAY_MAX},
        {{ADMIN, false, false, 499, 49, 99, 10}, OPERATOR_INVITE_ADDRESS_DAY_MAX},
        {{ADMIN, false, false, 499, 49, 99, 9}, OPERATOR_INVITE_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(operator_invite_decide(&rows[i].facts), rows[i].verdict);
}

static void what_ended_is_not_taken_back(void **state)
{
    (void)state;
    static const struct {
        struct revocation_facts facts;
        enum operator_revocation_verdict verdict;
    } rows[] = {
        {{ADMIN, true, {NOW + 1, 0, false, false}}, OPERATOR_REVOCATION_ACCEPTED},
        {{ADMIN, true, {NOW + 1, INVITATION_GUESSES_MAX, false, false}},
         OPERATOR_REVOCATION_ACCEPTED},
        {{ADMIN, true, {NOW, 0, false, false}}, OPERATOR_REVOCATION_ENDED},
        {{ADMIN, true, {NOW + 1, 0, true, false}}, OPERATOR_REVOCATION_ENDED},
        {{ADMIN, true, {NOW + 1, 0, false, true}}, OPERATOR_REVOCATION_ENDED},
        {{ADMIN, false, {0, 0, false, false}}, OPERATOR_REVOCATION_NOT_FOUND},
        {{REVIEW, false, {0, 0, false, false}}, OPERATOR_REVOCATION_NOT_ADMINISTRATOR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(operator_revocation_decide(&rows[i].facts, NOW), rows[i].verdict);
}

static void who_accepts_has_an_address_and_an_inviter(void **state)
{
    (void)state;
    static const struct {
        struct operator_acceptance_facts facts;
        enum operator_acceptance_verdict verdict;
    } rows[] = {
        {{false, ADMIN, 499}, OPERATOR_ACCEPTANCE_ACCEPTED},
        {{true, ROLE_NONE, 500}, OPERATOR_ACCEPTANCE_REGISTERED},
        {{false, REVIEW | SUPPORT, 500}, OPERATOR_ACCEPTANCE_INVITER},
        {{false, ADMIN | REVIEW, 500}, OPERATOR_ACCEPTANCE_OPERATORS_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(operator_acceptance_decide(&rows[i].facts), rows[i].verdict);
}

static void the_first_comes_in_while_there_is_none(void **state)
{
    (void)state;
    static const struct {
        struct first_operator_facts facts;
        enum first_operator_verdict verdict;
    } rows[] = {
        {{0, false, true, NOW + 1, false}, FIRST_OPERATOR_ACCEPTED},
        {{1, false, true, NOW + 1, false}, FIRST_OPERATOR_EXISTS},
        {{1, true, true, NOW + 1, false}, FIRST_OPERATOR_ACCEPTED},
        {{1, true, false, NOW + 1, false}, FIRST_OPERATOR_WRONG},
        {{1, true, true, NOW, false}, FIRST_OPERATOR_EXPIRED},
        {{0, false, false, NOW, true}, FIRST_OPERATOR_WRONG},
        {{0, false, true, NOW, true}, FIRST_OPERATOR_EXPIRED},
        {{0, false, true, NOW + 1, true}, FIRST_OPERATOR_REGISTERED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(first_operator_decide(&rows[i].facts, NOW), rows[i].verdict);
}

static void a_recovery_says_why(void **state)
{
    (void)state;
    char reason[RECOVERY_REASON_BYTES_MAX + 2];
    memset(reason, 'x', sizeof reason);
    reason[RECOVERY_REASON_BYTES_MAX + 1] = '\0';
    assert_false(recovery_reason_is_one(reason));
    reason[RECOVERY_REASON_BYTES_MAX] = '\0';
    assert_true(recovery_reason_is_one(reason));
    assert_true(recovery_reason_is_one("x"));
    assert_false(recovery_reason_is_one(""));
    assert_false(recovery_reason_is_one("   "));
    assert_false(recovery_reason_is_one("two\nlines"));
}

static void codes_have_125_bits(void **state)
{
    (void)state;
    char none[FIRST_CODE_SIZE], all[FIRST_CODE_SIZE], last[FIRST_CODE_SIZE];
    uint8_t random[16] = {0};
    first_code_print(random, none);
    assert_string_equal(none, "00000-00000-00000-00000-00000");
    random[0] = 0x08; /* the end of the first letter */
    random[15] = 0x08;
    first_code_print(random, last);
    assert_string_equal(last, "10000-00000-00000-00000-00001");
    memset(random, 0xff, sizeof random);
    first_code_print(random, all);
    assert_string_equal(all, "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ");
    assert_true(first_code_is_one(all));
    assert_true(first_code_is_one("abcdefghijklmnopqrstuvw_"));
    assert_false(first_code_is_one("abcdefghijklmnopqrstuvw")); /* 23 */
    assert_false(first_code_is_one("abcdefghijklmnopqrst vwx"));
    assert_true(
        first_code_is_one("0123456789012345678901234567890123456789012345678901234567890123"));
    assert_false(
        first_code_is_one("01234567890123456789012345678901234567890123456789012345678901234"));
    assert_false(first_code_is_one(""));
}

static void nobody_gives_itself_and_the_last_one_stays(void **state)
{
    (void)state;
    static const struct {
        struct operator_change change;
        enum operator_change_verdict verdict;
    } rows[] = {
        {{ADMIN, REVIEW, SUPPORT, false, 1}, OPERATOR_CHANGE_ACCEPTED},
        {{ADMIN, REVIEW, ROLE_NONE, false, 1}, OPERATOR_CHANGE_ACCEPTED},
        {{REVIEW | SUPPORT, REVIEW, SUPPORT, false, 1}, OPERATOR_CHANGE_NOT_ADMINISTRATOR},
        {{REVIEW, ROLE_NONE, SUPPORT, false, 1}, OPERATOR_CHANGE_NOT_ADMINISTRATOR},
        {{ADMIN, ROLE_NONE, SUPPORT, false, 1}, OPERATOR_CHANGE_NOT_FOUND},
        {{ADMIN, ADMIN, ADMIN | SUPPORT, true, 2}, OPERATOR_CHANGE_OWN},
        {{ADMIN | SUPPORT, ADMIN | SUPPORT, ADMIN, true, 1}, OPERATOR_CHANGE_ACCEPTED},
        {{ADMIN | SUPPORT, ADMIN | SUPPORT, SUPPORT, true, 1}, OPERATOR_CHANGE_LAST},
        {{ADMIN | SUPPORT, ADMIN | SUPPORT, SUPPORT, true, 2}, OPERATOR_CHANGE_ACCEPTED},
        {{ADMIN, ADMIN, ROLE_NONE, true, 1}, OPERATOR_CHANGE_LAST},
        {{ADMIN, ADMIN, ROLE_NONE, false, 2}, OPERATOR_CHANGE_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(operator_change_decide(&rows[i].change), rows[i].verdict);
}

static void a_refusal_has_its_reason(void **state)
{
    (void)state;
    assert_string_equal(operator_invite_refusal(OPERATOR_INVITE_IS_ONE)->reason,
                        "ALREADY_AN_OPERATOR");
    assert_string_equal(operator_revocation_refusal(OPERATOR_REVOCATION_ENDED)->reason,
                        "INVITATION_ENDED");
    assert_string_equal(operator_acceptance_refusal(OPERATOR_ACCEPTANCE_INVITER)->reason,
                        "INVITER_NOT_ADMINISTRATOR");
    assert_string_equal(first_operator_refusal(FIRST_OPERATOR_EXISTS)->reason, "OPERATOR_EXISTS");
    assert_string_equal(operator_change_refusal(OPERATOR_CHANGE_LAST)->reason,
                        "LAST_ADMINISTRATOR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administrators_invite_within_limits),
        cmocka_unit_test(what_ended_is_not_taken_back),
        cmocka_unit_test(who_accepts_has_an_address_and_an_inviter),
        cmocka_unit_test(the_first_comes_in_while_there_is_none),
        cmocka_unit_test(a_recovery_says_why),
        cmocka_unit_test(codes_have_125_bits),
        cmocka_unit_test(nobody_gives_itself_and_the_last_one_stays),
        cmocka_unit_test(a_refusal_has_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
