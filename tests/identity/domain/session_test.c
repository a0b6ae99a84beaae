/* Sessions, failed log-ins and roles: every boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/role.h"
#include "identity/domain/session.h"

#define NOW INT64_C(1800000000000000)
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)

static void a_session_ends_idle_old_or_revoked(void **state)
{
    (void)state;
    const struct {
        struct session session;
        int64_t at_us;
        bool live;
    } rows[] = {
        {{NOW, NOW, 0, false}, NOW, true},
        {{NOW, NOW, 0, true}, NOW, false},
        {{NOW, NOW, 0, false}, NOW + 30 * MINUTE - 1, true},
        {{NOW, NOW, 0, false}, NOW + 30 * MINUTE, false},
        {{NOW, NOW + 719 * MINUTE, 0, false}, NOW + 720 * MINUTE - 1, true},
        {{NOW, NOW + 719 * MINUTE, 0, false}, NOW + 720 * MINUTE, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(session_is_live(&rows[i].session, rows[i].at_us), rows[i].live);
}

static void failures_slow_the_next_log_in_down(void **state)
{
    (void)state;
    static const int64_t seconds[] = {0,   0,   0,   0,   0,    0,    30,  60,
                                      120, 240, 480, 960, 1920, 3600, 3600};
    for (size_t failures = 0; failures < sizeof seconds / sizeof *seconds; failures++)
        assert_int_equal(log_in_wait_us((int64_t)failures), seconds[failures] * SECOND);
    assert_int_equal(log_in_wait_us(INT64_MAX), 3600 * SECOND);
}

static void the_last_administrator_and_the_owner_stay(void **state)
{
    (void)state;
    const unsigned administrator = ROLE_ACCOUNT_ADMINISTRATOR, member = ROLE_MEMBER;
    const struct {
        struct role_revocation revocation;
        enum role_verdict verdict;
    } rows[] = {
        {{member, administrator, ROLE_ACCOUNT_ADMINISTRATOR, 2, false, false},
         ROLE_NOT_ADMINISTRATOR},
        {{administrator, member, ROLE_ACCOUNT_ADMINISTRATOR, 1, false, false}, ROLE_NOT_A_MEMBER},
        {{administrator, administrator, ROLE_ACCOUNT_ADMINISTRATOR, 1, false, false},
         ROLE_LAST_ADMINISTRATOR},
        {{administrator, administrator, ROLE_ACCOUNT_ADMINISTRATOR, 2, false, false},
         ROLE_ACCEPTED},
        {{administrator, member, ROLE_MEMBER, 1, false, false}, ROLE_ACCEPTED},
        {{administrator, ROLE_FINANCE, ROLE_FINANCE, 1, false, false}, ROLE_ACCEPTED},
        /* all of them, of who leaves */
        {{administrator, member | administrator, ROLES_ALL, 1, false, false},
         ROLE_LAST_ADMINISTRATOR},
        {{administrator, member | administrator, ROLES_ALL, 2, false, false}, ROLE_ACCEPTED},
        {{administrator, member | ROLE_FINANCE, ROLES_ALL, 1, false, false}, ROLE_ACCEPTED},
        {{administrator, 0, ROLES_ALL, 1, false, false}, ROLE_NOT_A_MEMBER},
        {{administrator, member, ROLES_ALL, 1, true, false}, ROLE_OF_OWNER},
        /* S14 */
        {{administrator, administrator, ROLE_ACCOUNT_ADMINISTRATOR, 2, true, false}, ROLE_OF_OWNER},
        {{administrator, administrator | member, ROLE_MEMBER, 2, true, false}, ROLE_OF_OWNER},
        /* ID-27: by itself */
        {{member, member, ROLES_ALL, 1, false, true}, ROLE_ACCEPTED},
        {{ROLE_CUSTOM, ROLE_CUSTOM, ROLES_ALL, 1, false, true}, ROLE_ACCEPTED},
        {{administrator, administrator, ROLES_ALL, 2, false, true}, ROLE_ACCEPTED},
        {{administrator, administrator, ROLES_ALL, 1, false, true}, ROLE_LAST_ADMINISTRATOR},
        {{administrator, administrator, ROLES_ALL, 2, true, true}, ROLE_OF_OWNER},
        {{ROLE_FINANCE, ROLE_FINANCE, ROLES_ALL, 1, true, true}, ROLE_OF_OWNER},
        {{0, 0, ROLES_ALL, 1, false, true}, ROLE_NOT_A_MEMBER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(role_revoke_decide(&rows[i].revocation), rows[i].verdict);
}

/* ID-27 */
static void who_has_no_role_left_leaves(void **state)
{
    (void)state;
    const unsigned member = ROLE_MEMBER, finance = ROLE_FINANCE, own = ROLE_CUSTOM;
    const struct {
        unsigned held, taken;
        bool keeps_custom, leaves;
    } rows[] = {
        {member, member, false, true},
        {member | finance, member, false, false},
        {member | finance | own, ROLES_ALL, false, true},
        {own, own, false, true},
        {own, own, true, false}, /* another one of the account's own stays */
        {member | own, member, false, false},
        {member | own, own, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(role_leaves(rows[i].held, rows[i].taken, rows[i].keeps_custom),
                         rows[i].leaves);
}

static void operators_decide_and_see_all_submissions(void **state)
{
    (void)state;
    const unsigned roles[] = {ROLE_NONE,
                              ROLE_MEMBER,
                              ROLE_ACCOUNT_ADMINISTRATOR,
                              ROLE_OPERATOR,
                              ROLE_OPERATOR | ROLE_OPERATOR_FINANCE | ROLE_OPERATOR_SUPPORT,
                              ROLE_OPERATOR | ROLE_OPERATOR_REVIEW};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        enum role_verdict operators_alone =
            roles[i] & ROLE_OPERATOR ? ROLE_ACCEPTED : ROLE_NOT_OPERATOR;
        assert_int_equal(role_operate_decide(roles[i], ROLE_OPERATOR_REVIEW),
                         roles[i] & ROLE_OPERATOR_REVIEW ? ROLE_ACCEPTED : ROLE_NOT_OPERATOR);
        assert_int_equal(role_list_decide(roles[i], false), operators_alone);
        assert_int_equal(role_list_decide(roles[i], true),
                         roles[i] == ROLE_NONE ? ROLE_NOT_OPERATOR : ROLE_ACCEPTED);
    }
}

/* A gateway of before takes every operator for one with all that is an operator's. */
static void old_gateways_hear_of_operators_who_have_all_roles(void **state)
{
    (void)state;
    const unsigned all = ROLE_OPERATOR | ROLES_OF_OPERATORS;
    assert_int_equal(role_for_old_gateway(all), all);
    assert_int_equal(role_for_old_gateway(all - ROLE_OPERATOR_ADMINISTRATOR),
                     all - ROLE_OPERATOR_ADMINISTRATOR);
    for (unsigned bit = ROLE_OPERATOR_REVIEW; bit <= ROLE_OPERATOR_SUPPORT; bit <<= 1)
        assert_int_equal(role_for_old_gateway(all - bit), all - bit - ROLE_OPERATOR);
    assert_int_equal(role_for_old_gateway(ROLE_MEMBER), ROLE_MEMBER);
}

static void roles_are_found_by_name(void **state)
{
    (void)state;
    assert_int_equal(role_find("MEMBER"), ROLE_MEMBER);
    assert_int_equal(role_find(role_name(ROLE_ACCOUNT_ADMINISTRATOR)), ROLE_ACCOUNT_ADMINISTRATOR);
    assert_int_equal(role_find("ROOT"), ROLE_NONE);
    assert_int_equal(role_find("BILLING_FREEZER"), ROLE_BILLING_FREEZER);
    assert_int_equal(ROLES_GIVEN & (ROLE_OPERATOR | ROLES_OF_OPERATORS | ROLE_ISOLATED_SPEND), 0);
}

/* A role that is given may deny what others allow. */
static void administrators_give_roles_and_end_sessions_but_the_owner_s(void **state)
{
    (void)state;
    static const struct {
        unsigned caller, member;
        bool owner_is_another;
        enum role_verdict verdict;
    } rows[] = {
        {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_MEMBER, false, ROLE_ACCEPTED},
        {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_FINANCE, false, ROLE_ACCEPTED},
        {ROLE_MEMBER, ROLE_MEMBER, false, ROLE_NOT_ADMINISTRATOR},
        {ROLE_OPERATOR, ROLE_MEMBER, false, ROLE_NOT_ADMINISTRATOR},
        {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_NONE, false, ROLE_NOT_A_MEMBER},
        {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_ACCOUNT_ADMINISTRATOR, true, ROLE_OF_OWNER},
        {ROLE_ACCOUNT_ADMINISTRATOR, ROLE_NONE, true, ROLE_NOT_A_MEMBER},
        {ROLE_MEMBER, ROLE_ACCOUNT_ADMINISTRATOR, true, ROLE_NOT_ADMINISTRATOR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            role_member_decide(rows[i].caller, rows[i].member, rows[i].owner_is_another),
            rows[i].verdict);
}

/* GW-13: who holds in one account gives nothing in those under it. */
static void grants_with_subtree_are_given_by_who_holds_there(void **state)
{
    (void)state;
    const unsigned admin = ROLE_ACCOUNT_ADMINISTRATOR, finance = ROLE_FINANCE;
    const struct {
        struct role_giver giver;
        bool subtree;
        enum role_verdict verdict;
    } rows[] = {
        {{admin, ROLE_NONE, false}, false, ROLE_ACCEPTED},
        {{admin, ROLE_NONE, false}, true, ROLE_SUBTREE_NOT_YOURS},
        {{admin | finance, finance, false}, true, ROLE_SUBTREE_NOT_YOURS},
        {{admin, admin, false}, true, ROLE_ACCEPTED},
        {{admin, ROLE_NONE, true}, true, ROLE_ACCEPTED},
        {{admin | ROLE_OPERATOR, ROLE_NONE, false}, true, ROLE_ACCEPTED},
        {{ROLE_OPERATOR, ROLE_NONE, false}, true, ROLE_NOT_ADMINISTRATOR},
        {{finance, finance, true}, true, ROLE_NOT_ADMINISTRATOR},
        {{finance, ROLE_NONE, true}, false, ROLE_NOT_ADMINISTRATOR},
        {{ROLE_NONE, ROLE_NONE, false}, false, ROLE_NOT_ADMINISTRATOR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (role_give_decide(&rows[i].giver, rows[i].subtree) != rows[i].verdict)
            fail_msg("row %zu", i);
    assert_string_equal(role_refusal(ROLE_SUBTREE_NOT_YOURS)->reason, "SUBTREE_NOT_YOURS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_ends_idle_old_or_revoked),
        cmocka_unit_test(failures_slow_the_next_log_in_down),
        cmocka_unit_test(the_last_administrator_and_the_owner_stay),
        cmocka_unit_test(who_has_no_role_left_leaves),
        cmocka_unit_test(operators_decide_and_see_all_submissions),
        cmocka_unit_test(old_gateways_hear_of_operators_who_have_all_roles),
        cmocka_unit_test(roles_are_found_by_name),
        cmocka_unit_test(administrators_give_roles_and_end_sessions_but_the_owner_s),
        cmocka_unit_test(grants_with_subtree_are_given_by_who_holds_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
