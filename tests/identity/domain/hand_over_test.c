/* Hand-over (ID-27): who begins, proves, approves and cancels; every boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/hand_over.h"
#include "identity/domain/relation.h"
#include "identity/domain/role.h"

#define NOW INT64_C(1800000000000000)
#define DAY HAND_OVER_DAY_US
#define ADMINISTRATOR ROLE_ACCOUNT_ADMINISTRATOR

static const struct id owner = {{1}}, one = {{2}}, other = {{3}};
static const struct hand_over proving = {.leaver_id = {{1}}, .begun_by = {{2}}, .created_us = NOW},
                              waiting = {.leaver_id = {{1}},
                                         .begun_by = {{2}},
                                         .created_us = NOW,
                                         .proved_us = NOW},
                              own = {.leaver_id = {{1}}, .begun_by = {{1}}, .created_us = NOW},
                              done = {.leaver_id = {{1}},
                                      .begun_by = {{2}},
                                      .created_us = NOW,
                                      .proved_us = NOW,
                                      .ended_us = NOW,
                                      .outcome = HAND_OVER_DONE},
                              of_partner = {.leaver_id = {{1}},
                                            .begun_by = {{2}},
                                            .created_us = NOW,
                                            .proved_us = NOW,
                                            .partner_id = {{7}},
                                            .permitted = true},
                              forbidden = {.leaver_id = {{1}},
                                           .begun_by = {{2}},
                                           .created_us = NOW,
                                           .proved_us = NOW,
                                           .partner_id = {{7}}};

static void administrators_and_operators_begin_five_a_day(void **state)
{
    (void)state;
    const struct {
        struct hand_over_act act;
        int64_t begun;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{.caller_roles = ROLE_MEMBER | ROLE_FINANCE}, 0, HAND_OVER_ROLE_MISSING},
        {{.caller_roles = ROLE_OPERATOR | ROLE_OPERATOR_SUPPORT}, 0, HAND_OVER_ROLE_MISSING},
        {{.caller_roles = ADMINISTRATOR}, 0, HAND_OVER_ACCEPTED},
        {{.caller_roles = ROLE_OPERATOR_REVIEW}, 4, HAND_OVER_ACCEPTED},
        {{.caller_roles = ROLE_OPERATOR_REVIEW}, 5, HAND_OVER_LIMIT},
        {{.caller_roles = ROLE_MEMBER}, 5, HAND_OVER_ROLE_MISSING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_begin_decide(&rows[i].act, rows[i].begun, NOW), rows[i].verdict);
}

static void an_owner_from_whom_it_is_taken_begins_none_in_its_place(void **state)
{
    (void)state;
    const struct {
        struct hand_over_act act;
        int64_t begun;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, owner, 0, false, &waiting, 0}, 0, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, owner, 0, false, &proving, 0}, 5, HAND_OVER_OF_ANOTHER}, /* the first */
        {{ADMINISTRATOR, owner, 0, false, &done, 0}, 0, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, owner, 0, false, &own, 0}, 0, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, owner, 0, false, NULL, 0}, 0, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, other, 0, false, &waiting, 0}, 0, HAND_OVER_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_begin_decide(&rows[i].act, rows[i].begun, NOW), rows[i].verdict);
    assert_int_equal(hand_over_begin_decide(&rows[0].act, 0, NOW + HAND_OVER_LIFETIME_US),
                     HAND_OVER_ACCEPTED);
}

static void it_lives_for_a_day_and_ends_once(void **state)
{
    (void)state;
    assert_int_equal(hand_over_state(&proving, NOW), HAND_OVER_PROVING);
    assert_int_equal(hand_over_state(&waiting, NOW + HAND_OVER_LIFETIME_US - 1), HAND_OVER_WAITING);
    assert_int_equal(hand_over_state(&waiting, NOW + HAND_OVER_LIFETIME_US), HAND_OVER_LAPSED);
    assert_int_equal(hand_over_state(&done, NOW + HAND_OVER_LIFETIME_US), HAND_OVER_DONE);
    assert_true(hand_over_takes_two(&proving));
    assert_false(hand_over_takes_two(&own));
}

static void who_began_it_proves_the_contacts_once(void **state)
{
    (void)state;
    const struct {
        struct hand_over_act act;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, &proving, 0}, HAND_OVER_ACCEPTED},
        {{ROLE_MEMBER, one, ADMINISTRATOR, false, &proving, 0},
         HAND_OVER_ROLE_MISSING}, /* no administrator any more */
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, NULL, 0}, HAND_OVER_UNKNOWN},
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, &done, 0}, HAND_OVER_UNKNOWN},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &proving, 0}, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, owner, ADMINISTRATOR, false, &proving, 0}, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_PROVED},
        {{ADMINISTRATOR, owner, ADMINISTRATOR, false, &own, 0}, HAND_OVER_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_confirm_decide(&rows[i].act, NOW), rows[i].verdict);
    assert_int_equal(hand_over_confirm_decide(&rows[0].act, NOW + HAND_OVER_LIFETIME_US),
                     HAND_OVER_UNKNOWN);
}

static void another_person_approves_whom_nobody_of_both_appointed(void **state)
{
    (void)state;
    const struct {
        struct hand_over_act act;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ACCEPTED},
        {{ROLE_OPERATOR_REVIEW, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, owner, ADMINISTRATOR, false, &waiting, 0},
         HAND_OVER_ACCEPTED}, /* agrees */
        {{ROLE_FINANCE, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ROLE_MISSING},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, NULL, 0}, HAND_OVER_UNKNOWN},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &done, 0}, HAND_OVER_UNKNOWN},
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_OWN},
        {{ADMINISTRATOR, other, ADMINISTRATOR, true, &waiting, 0}, HAND_OVER_APPOINTED},
        {{ADMINISTRATOR, other, ADMINISTRATOR, true, &proving, 0}, HAND_OVER_APPOINTED}, /* first */
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &proving, 0}, HAND_OVER_UNPROVED},
        {{ADMINISTRATOR, other, ROLE_OPERATOR_REVIEW, false, &waiting, 0}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, other, ROLE_FINANCE, false, &waiting, 0}, HAND_OVER_UNKNOWN},
        /* a day before it was asked for at the latest */
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &waiting, NOW - DAY}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &waiting, NOW - DAY + 1}, HAND_OVER_NEWCOMER},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &waiting, NOW}, HAND_OVER_NEWCOMER},
        {{ROLE_OPERATOR_REVIEW, other, ADMINISTRATOR, false, &waiting, NOW}, HAND_OVER_NEWCOMER},
        {{ADMINISTRATOR, other, ADMINISTRATOR, true, &waiting, NOW},
         HAND_OVER_APPOINTED}, /* first */
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &proving, NOW},
         HAND_OVER_NEWCOMER}, /* first */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_approve_decide(&rows[i].act, NOW), rows[i].verdict);
    assert_int_equal(hand_over_approve_decide(&rows[0].act, NOW + HAND_OVER_LIFETIME_US),
                     HAND_OVER_UNKNOWN);
}

static void an_owner_who_is_to_leave_does_not_cancel_it(void **state)
{
    (void)state;
    const struct {
        struct hand_over_act act;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, one, ADMINISTRATOR, false, &proving, 0}, HAND_OVER_ACCEPTED},
        {{ROLE_OPERATOR_REVIEW, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, owner, ADMINISTRATOR, false, &own, 0}, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, owner, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_OF_ANOTHER},
        {{ROLE_MEMBER, other, ADMINISTRATOR, false, &waiting, 0}, HAND_OVER_ROLE_MISSING},
        {{ADMINISTRATOR, other, ADMINISTRATOR, false, &done, 0}, HAND_OVER_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_cancel_decide(&rows[i].act, NOW), rows[i].verdict);
}

/* Else nobody is left to agree or object; but one who begins them day after day holds nobody. */
static void administrators_stay_while_it_is_under_way(void **state)
{
    (void)state;
    const struct {
        struct hand_over_removal removal;
        int64_t after;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{&proving, false, NOW}, 0, HAND_OVER_HOLDS},
        {{&waiting, false, NOW}, DAY - 1, HAND_OVER_HOLDS},
        {{&waiting, false, NOW}, DAY, HAND_OVER_ACCEPTED}, /* it lapsed */
        {{&waiting, true, NOW}, 0, HAND_OVER_ACCEPTED},    /* whoever goes by themselves */
        {{&own, false, NOW}, 0, HAND_OVER_ACCEPTED},
        {{&done, false, NOW}, 0, HAND_OVER_ACCEPTED},
        {{NULL, false, 0}, 0, HAND_OVER_ACCEPTED},
        {{&waiting, false, NOW - DAY + 1}, 0, HAND_OVER_HOLDS}, /* begun again within a day */
        {{&waiting, false, NOW - DAY}, 0, HAND_OVER_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_removal_decide(&rows[i].removal, NOW + rows[i].after),
                         rows[i].verdict);
}

static void a_partner_begins_where_the_relation_permits_it(void **state) /* B.3 */
{
    (void)state;
    const struct {
        struct hand_over_side side;
        const struct hand_over *found;
        unsigned roles;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, {{7}}, true, false}, NULL, ADMINISTRATOR, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, {{7}}, false, false}, NULL, 0, HAND_OVER_ROLE_MISSING},
        {{ROLE_FINANCE, {{7}}, true, false}, NULL, 0, HAND_OVER_ROLE_MISSING},
        {{ROLE_OPERATOR_REVIEW, {{7}}, true, false}, NULL, 0, HAND_OVER_ROLE_MISSING},
        {{ADMINISTRATOR, {{7}}, true, false}, &of_partner, ADMINISTRATOR, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, {{8}}, true, false}, &of_partner, ADMINISTRATOR, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, {{8}}, true, false}, &forbidden, ADMINISTRATOR, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, {{7}}, true, false}, &waiting, ADMINISTRATOR, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, {{7}}, true, false}, &own, ADMINISTRATOR, HAND_OVER_OF_ANOTHER},
        {{ADMINISTRATOR, {{7}}, true, false}, &done, ADMINISTRATOR, HAND_OVER_ACCEPTED},
        /* in the account itself the rules above decide */
        {{ADMINISTRATOR, {{0}}, false, false}, &of_partner, ADMINISTRATOR, HAND_OVER_ACCEPTED},
        {{ROLE_MEMBER, {{0}}, false, false}, &of_partner, ROLE_MEMBER, HAND_OVER_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(hand_over_side_roles(&rows[i].side), rows[i].roles);
        assert_int_equal(hand_over_side_decide(&rows[i].side, rows[i].found, false, NOW),
                         rows[i].verdict);
    }
}

static void nobody_of_the_partner_approves_what_it_began(void **state) /* B.3 */
{
    (void)state;
    const struct {
        struct hand_over_side side;
        bool approves;
        enum hand_over_verdict verdict;
    } rows[] = {
        {{ADMINISTRATOR, {{7}}, true, true}, true, HAND_OVER_OF_PARTNER},
        {{ADMINISTRATOR, {{7}}, true, true}, false, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, {{0}}, false, true}, true, HAND_OVER_OF_PARTNER}, /* by a role in both */
        {{ADMINISTRATOR, {{0}}, false, true}, false, HAND_OVER_ACCEPTED},  /* it may cancel */
        {{ADMINISTRATOR, {{0}}, false, false}, true, HAND_OVER_ACCEPTED},
        {{ROLE_OPERATOR_REVIEW, {{0}}, false, false}, true, HAND_OVER_ACCEPTED},
        {{ADMINISTRATOR, {{7}}, false, true}, true, HAND_OVER_ROLE_MISSING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_side_decide(&rows[i].side, &of_partner, rows[i].approves, NOW),
                         rows[i].verdict);
}

/* The instant what permitted it ends, it is as if it had lapsed: nobody approves or cancels it, and
 * it holds neither the owner nor an administrator. */
static void a_partners_ends_with_what_permitted_it(void **state) /* B.3 */
{
    (void)state;
    const struct hand_over_act approver = {ADMINISTRATOR, other,      ADMINISTRATOR,
                                           false,         &forbidden, 0},
                               leaver = {ADMINISTRATOR, owner, 0, false, &of_partner, 0},
                               free_leaver = {ADMINISTRATOR, owner, 0, false, &forbidden, 0};
    const struct hand_over_removal held = {&of_partner, false, NOW},
                                   freed = {&forbidden, false, NOW};
    assert_int_equal(hand_over_state(&of_partner, NOW), HAND_OVER_WAITING);
    assert_int_equal(hand_over_state(&forbidden, NOW), HAND_OVER_LAPSED);
    assert_int_equal(hand_over_approve_decide(&approver, NOW), HAND_OVER_UNKNOWN);
    assert_int_equal(hand_over_cancel_decide(&approver, NOW), HAND_OVER_UNKNOWN);
    assert_int_equal(hand_over_begin_decide(&leaver, 0, NOW), HAND_OVER_OF_ANOTHER);
    assert_int_equal(hand_over_begin_decide(&free_leaver, 0, NOW), HAND_OVER_ACCEPTED);
    assert_int_equal(hand_over_removal_decide(&held, NOW), HAND_OVER_HOLDS);
    assert_int_equal(hand_over_removal_decide(&freed, NOW), HAND_OVER_ACCEPTED);
}

/* ID-30: from its begin to its end, as long as terms permit it. */
static void at_a_moment_it_was_the_partners_or_not(void **state)
{
    (void)state;
    struct hand_over ended = of_partner;
    ended.ended_us = NOW + 10;
    ended.outcome = HAND_OVER_CANCELLED;
    const struct {
        const struct hand_over *found;
        struct id partner_id;
        bool permitted;
        int64_t as_of_us;
        bool is_it;
    } rows[] = {
        {&of_partner, {{7}}, true, NOW, true},
        {&of_partner, {{7}}, true, NOW + HAND_OVER_LIFETIME_US - 1, true},
        {&of_partner, {{7}}, true, NOW + HAND_OVER_LIFETIME_US, false},
        {&of_partner, {{7}}, false, NOW, false},
        {&of_partner, {{8}}, true, NOW, false},
        {&ended, {{7}}, true, NOW + 9, true},
        {&ended, {{7}}, true, NOW + 10, false},
        {&waiting, {{7}}, true, NOW, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(hand_over_was_of_partner(rows[i].found, rows[i].partner_id,
                                                  rows[i].permitted, rows[i].as_of_us),
                         rows[i].is_it);
}

static void what_permitted_it_held_when_it_was_begun(void **state) /* B.3 */
{
    (void)state;
    const unsigned may = 1u << RELATION_HANDOVER, others = ~may;
    assert_true(hand_over_is_permitted(may, NOW, NOW));
    assert_true(hand_over_is_permitted(may | others, NOW - 1, NOW));
    assert_false(hand_over_is_permitted(others, NOW, NOW));
    assert_false(hand_over_is_permitted(may, NOW + 1, NOW)); /* agreed to anew since */
}

/* An owner who administers the partner, too, does not give the account away alone for it. */
static void a_partners_takes_two_whoever_began_it(void **state) /* B.3 */
{
    (void)state;
    struct hand_over by_owner = of_partner;
    by_owner.begun_by = owner;
    const struct hand_over_act cancel = {ADMINISTRATOR, owner, ADMINISTRATOR, false, &by_owner, 0};
    assert_true(hand_over_takes_two(&of_partner));
    assert_true(hand_over_takes_two(&by_owner));
    assert_int_equal(hand_over_cancel_decide(&cancel, NOW), HAND_OVER_ACCEPTED);
}

static void outcomes_have_names_and_refusals_reasons(void **state)
{
    (void)state;
    assert_int_equal(hand_over_outcome_find(hand_over_outcome_name(HAND_OVER_DONE)),
                     HAND_OVER_DONE);
    assert_int_equal(hand_over_outcome_find(hand_over_outcome_name(HAND_OVER_CANCELLED)),
                     HAND_OVER_CANCELLED);
    assert_int_equal(hand_over_outcome_find(hand_over_outcome_name(HAND_OVER_LAPSED)),
                     HAND_OVER_LAPSED);
    assert_int_equal(hand_over_outcome_find(NULL), HAND_OVER_STATE_NONE);
    assert_string_equal(hand_over_refusal(HAND_OVER_ROLE_MISSING)->reason, "ROLE_MISSING");
    assert_string_equal(hand_over_refusal(HAND_OVER_APPOINTED)->reason, "HAND_OVER_APPOINTED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administrators_and_operators_begin_five_a_day),
        cmocka_unit_test(an_owner_from_whom_it_is_taken_begins_none_in_its_place),
        cmocka_unit_test(it_lives_for_a_day_and_ends_once),
        cmocka_unit_test(who_began_it_proves_the_contacts_once),
        cmocka_unit_test(another_person_approves_whom_nobody_of_both_appointed),
        cmocka_unit_test(an_owner_who_is_to_leave_does_not_cancel_it),
        cmocka_unit_test(administrators_stay_while_it_is_under_way),
        cmocka_unit_test(a_partner_begins_where_the_relation_permits_it),
        cmocka_unit_test(nobody_of_the_partner_approves_what_it_began),
        cmocka_unit_test(a_partners_ends_with_what_permitted_it),
        cmocka_unit_test(at_a_moment_it_was_the_partners_or_not),
        cmocka_unit_test(what_permitted_it_held_when_it_was_begun),
        cmocka_unit_test(a_partners_takes_two_whoever_began_it),
        cmocka_unit_test(outcomes_have_names_and_refusals_reasons),
    };
    return cmocka_run_group_tests_name("identity hand-over", tests, NULL, NULL);
}
