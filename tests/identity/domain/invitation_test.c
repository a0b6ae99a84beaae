/* ID-20: who may invite, and who becomes a member: every boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/invitation.h"
#include "identity/domain/role.h"

#define NOW INT64_C(1800000000000000)
#define ADMINISTRATOR ROLE_ACCOUNT_ADMINISTRATOR

static void an_administrator_invites_within_limits(void **state)
{
    (void)state;
    static const struct {
        struct invite_facts facts;
        enum invite_verdict verdict;
    } rows[] = {
        {{false, false, 0, 0, 0}, INVITE_ACCEPTED},
        {{false, false, 99, 199, 9}, INVITE_ACCEPTED},
        {{true, true, 100, 200, 10}, INVITE_IS_A_MEMBER},
        {{false, true, 100, 200, 10}, INVITE_IS_INVITED},
        {{false, false, 100, 200, 10}, INVITE_OPEN_MAX},
        {{false, false, 99, 200, 10}, INVITE_ACCOUNT_DAY_MAX},
        {{false, false, 99, 199, 10}, INVITE_ADDRESS_DAY_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(invite_decide(&rows[i].facts), rows[i].verdict);
    assert_string_equal(invite_refusal(INVITE_OPEN_MAX)->reason, "INVITATION_LIMIT");
}

static const struct {
    struct invitation_life life;
    enum invitation_state state;
} lives[] = {
    {{NOW + 1, 0, false, false}, INVITATION_OPEN}, {{NOW, 0, false, false}, INVITATION_EXPIRED},
    {{NOW + 1, 4, false, false}, INVITATION_OPEN}, {{NOW + 1, 5, false, false}, INVITATION_LOCKED},
    {{NOW, 5, false, false}, INVITATION_EXPIRED},  {{NOW, 5, true, false}, INVITATION_ACCEPTED},
    {{NOW, 5, false, true}, INVITATION_REVOKED},
};

static void it_is_open_until_it_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++)
        assert_int_equal(invitation_state(&lives[i].life, NOW), lives[i].state);
}

static void an_administrator_takes_back_what_has_not_ended(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        struct revocation_facts facts = {ADMINISTRATOR, true, lives[i].life};
        bool ended = lives[i].state != INVITATION_OPEN && lives[i].state != INVITATION_LOCKED;
        assert_int_equal(revocation_decide(&facts, NOW),
                         ended ? REVOCATION_ENDED : REVOCATION_ACCEPTED);
        facts.exists = false;
        assert_int_equal(revocation_decide(&facts, NOW), REVOCATION_NOT_FOUND);
        facts.caller_roles = ROLE_MEMBER;
        assert_int_equal(revocation_decide(&facts, NOW), REVOCATION_NOT_ADMINISTRATOR);
    }
    assert_string_equal(revocation_refusal(REVOCATION_ENDED)->reason, "INVITATION_ENDED");
}

/* Each row is refused by the first of what is wrong in it. */
static void one_accepts_by_the_code_at_the_address(void **state)
{
    (void)state;
    const struct invitation_life open = {NOW + 1, 4, false, false}, late = {NOW, 0, false, false},
                                 used = {NOW + 1, 0, true, false}, back = {NOW + 1, 0, false, true},
                                 locked = {NOW + 1, 5, false, false};
    const unsigned member = ROLE_MEMBER;
    const struct {
        struct acceptance_facts facts;
        enum acceptance_verdict verdict;
    } rows[] = {
        {{true, true, open, false, true, true, true, 0}, ACCEPTANCE_ACCEPTED},
        {{true, true, open, true, false, false, true, 0}, ACCEPTANCE_ACCEPTED},
        {{true, true, locked, false, true, true, true, 0}, ACCEPTANCE_ACCEPTED},
        {{false, true, late, false, false, true, false, member}, ACCEPTANCE_LOCKED},
        {{true, false, late, false, false, true, false, member}, ACCEPTANCE_WRONG},
        {{true, true, used, false, false, true, false, member}, ACCEPTANCE_USED},
        {{true, true, back, false, false, true, false, member}, ACCEPTANCE_REVOKED},
        {{true, true, late, false, false, true, false, member}, ACCEPTANCE_EXPIRED},
        {{true, true, open, false, false, true, false, member}, ACCEPTANCE_OF_ANOTHER},
        {{true, true, open, true, false, true, false, member}, ACCEPTANCE_REGISTERED},
        {{true, true, open, false, true, true, false, member}, ACCEPTANCE_INVITER},
        {{true, true, open, true, false, false, false, 0}, ACCEPTANCE_INVITER},
        {{true, true, open, false, true, true, true, member}, ACCEPTANCE_IS_A_MEMBER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(acceptance_decide(&rows[i].facts, NOW), rows[i].verdict);
    assert_string_equal(acceptance_refusal(ACCEPTANCE_WRONG)->reason, "CODE_WRONG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_administrator_invites_within_limits),
        cmocka_unit_test(it_is_open_until_it_ends),
        cmocka_unit_test(an_administrator_takes_back_what_has_not_ended),
        cmocka_unit_test(one_accepts_by_the_code_at_the_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
