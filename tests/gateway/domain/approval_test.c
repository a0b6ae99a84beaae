/* c-19: who may approve an act over a ceiling, and which way an approval goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/domain/approval.h"

#define UNIT INT64_C(1000000)
#define NOW INT64_C(1800000000000000)

static const struct approval_facts good = {.state = APPROVAL_PENDING,
                                           .may_act = true,
                                           .roles = ACCESS_ROLE_FINANCE,
                                           .roles_wanted = ACCESS_ROLE_FINANCE,
                                           .bound = {true, 500 * UNIT, 900 * UNIT},
                                           .amount_micros = 500 * UNIT,
                                           .names_request = true};

/* The list's order: each row has all that the rows behind it have against them, too. */
static void the_first_reason_is_told(void **state)
{
    (void)state;
    struct approval_facts facts = good;
    assert_int_equal(approval_decide(&facts), APPROVAL_COUNTS);
    facts.names_request = false;
    assert_int_equal(approval_decide(&facts), APPROVAL_HASH);
    facts.amount_micros++;
    assert_int_equal(approval_decide(&facts), APPROVAL_CEILING);
    facts.is_dependent = true; /* LED-19 */
    assert_int_equal(approval_decide(&facts), APPROVAL_DEPENDENT);
    facts.is_appointed = true;
    assert_int_equal(approval_decide(&facts), APPROVAL_APPOINTED);
    facts.may_act = false;
    assert_int_equal(approval_decide(&facts), APPROVAL_ROLE);
    facts.has_voted = true;
    assert_int_equal(approval_decide(&facts), APPROVAL_AGAIN);
    facts.is_requester = true;
    assert_int_equal(approval_decide(&facts), APPROVAL_SELF);
    assert_int_equal(approval_decide_rejection(&facts), APPROVAL_SELF);
    facts.state = APPROVAL_EXECUTED;
    assert_int_equal(approval_decide(&facts), APPROVAL_OVER);
    assert_int_equal(approval_decide_rejection(&facts), APPROVAL_OVER);
}

static void an_approver_has_a_ceiling_and_a_role(void **state)
{
    (void)state;
    static const struct {
        int64_t transaction, day, amount;
        enum approval_verdict verdict;
    } rows[] = {
        {500, 900, 500 * UNIT - 1, APPROVAL_COUNTS},  {500, 900, 500 * UNIT, APPROVAL_COUNTS},
        {500, 900, 500 * UNIT + 1, APPROVAL_CEILING}, {900, 500, 500 * UNIT, APPROVAL_COUNTS},
        {900, 500, 500 * UNIT + 1, APPROVAL_CEILING}, {0, 0, 0, APPROVAL_COUNTS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct approval_facts facts = good;
        facts.bound = (struct ceiling_bound){true, rows[i].transaction * UNIT, rows[i].day * UNIT};
        facts.amount_micros = rows[i].amount;
        assert_int_equal(approval_decide(&facts), rows[i].verdict);
    }
    struct approval_facts facts = good;
    facts.bound = (struct ceiling_bound){.is_bounded = false};
    facts.amount_micros = INT64_MAX;
    assert_int_equal(approval_decide(&facts), APPROVAL_COUNTS);
    facts.roles = ACCESS_ROLE_ADMINISTRATOR | ACCESS_ROLE_MEMBER;
    assert_int_equal(approval_decide(&facts), APPROVAL_ROLE);
    facts.roles_wanted = ACCESS_ROLE_FINANCE | ACCESS_ROLE_ADMINISTRATOR;
    assert_int_equal(approval_decide(&facts), APPROVAL_COUNTS);
    facts.roles_wanted = 0;
    assert_int_equal(approval_decide(&facts), APPROVAL_COUNTS);
}

static void one_that_waits_is_over_when_its_time_is(void **state)
{
    (void)state;
    assert_int_equal(approval_state_at(APPROVAL_PENDING, NOW, NOW - 1), APPROVAL_PENDING);
    assert_int_equal(approval_state_at(APPROVAL_PENDING, NOW, NOW), APPROVAL_EXPIRED);
    assert_int_equal(approval_state_at(APPROVAL_APPROVED, NOW, NOW + 1), APPROVAL_APPROVED);
    assert_int_equal(approval_state_at(APPROVAL_EXECUTED, NOW, NOW + 1), APPROVAL_EXECUTED);
    assert_int_equal(APPROVAL_LIFETIME_US, INT64_C(259200000000));
    assert_false(approval_is_stale(NOW, NOW + INT64_C(86400000000) - 1));
    assert_true(approval_is_stale(NOW, NOW + INT64_C(86400000000)));
}

static void states_go_one_way(void **state)
{
    (void)state;
    static const bool may[APPROVAL_STATE_COUNT][APPROVAL_STATE_COUNT] = {
        [APPROVAL_PENDING] = {[APPROVAL_APPROVED] = true,
                              [APPROVAL_REJECTED] = true,
                              [APPROVAL_CANCELLED] = true,
                              [APPROVAL_EXPIRED] = true},
        [APPROVAL_APPROVED] = {[APPROVAL_EXECUTED] = true,
                               [APPROVAL_FAILED] = true,
                               [APPROVAL_CANCELLED] = true,
                               [APPROVAL_EXPIRED] = true}};
    for (int from = APPROVAL_PENDING; from < APPROVAL_STATE_COUNT; from++)
        for (int to = APPROVAL_PENDING; to < APPROVAL_STATE_COUNT; to++)
            assert_int_equal(approval_may_move((enum approval_state)from, (enum approval_state)to),
                             may[from][to]);
    for (int i = APPROVAL_PENDING; i < APPROVAL_STATE_COUNT; i++)
        assert_int_equal(approval_state_named(approval_state_name((enum approval_state)i)), i);
    assert_int_equal(approval_state_named("DONE"), APPROVAL_NONE);
}

/* PAY-26 */
static void a_persons_requests_are_told_so_often_within_an_hour(void **state)
{
    (void)state;
    static const struct {
        int64_t before_it, hour_before;
        bool is_told, is_last;
        int64_t left_out;
    } rows[] = {{0, 0, true, false, 0},  {0, 4, true, false, 0},   {0, 5, true, false, 0},
                {0, 6, true, false, 1},  {0, 99, true, false, 94}, {1, 6, true, false, 0},
                {3, 0, true, false, 0},  {4, 0, true, true, 0},    {5, 0, false, false, 0},
                {99, 9, false, false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct approval_notice notice =
            approval_notice_of(rows[i].before_it, rows[i].hour_before);
        assert_int_equal(notice.is_told, rows[i].is_told);
        assert_int_equal(notice.is_last, rows[i].is_last);
        assert_int_equal(notice.left_out, rows[i].left_out);
    }
}

#define PEOPLE 4
static const char *const people[PEOPLE] = {"aaaa-1", "aaaa-11", "b", "cc"};

/* Whether somebody is behind the other: let in by, let in by whom that one let in … */
static bool is_behind(const int *let_in_by, int one, int other)
{
    int steps = 0;
    for (int at = let_in_by[one]; at >= 0 && steps < PEOPLE; at = let_in_by[at], steps++)
        if (at == other)
            return true;
    return false;
}

static struct approval_operator operator_of(const int *let_in_by, int one, char text[64])
{
    text[0] = '\0';
    for (int other = 0; other < PEOPLE; other++)
        if (is_behind(let_in_by, one, other)) {
            strcat(text, text[0] == '\0' ? "" : " ");
            strcat(text, people[other]);
        }
    return (struct approval_operator){people[one], text};
}

/* LED-19: every way in which four people let each other in, and every two of them. */
static void a_second_mailbox_is_no_second_person(void **state)
{
    (void)state;
    int tried = 0, independent = 0, let_in_by[PEOPLE];
    for (int way = 0; way < 5 * 5 * 5 * 5; way++) {
        for (int i = 0, rest = way; i < PEOPLE; i++, rest /= 5)
            let_in_by[i] = rest % 5 - 1; /* -1: by the installation's owner */
        for (int one = 0; one < PEOPLE; one++)
            for (int other = 0; other < PEOPLE; other++) {
                char of_one[64], of_other[64];
                const struct approval_operator left = operator_of(let_in_by, one, of_one),
                                               right = operator_of(let_in_by, other, of_other);
                bool is_dependent = one == other || is_behind(let_in_by, one, other) ||
                                    is_behind(let_in_by, other, one);
                assert_int_equal(approval_is_dependent(&left, &right), is_dependent);
                tried++;
                independent += !is_dependent;
            }
    }
    assert_int_equal(tried, 10000);
    assert_true(independent > 0 && independent < tried);
}

static void an_id_is_found_whole(void **state)
{
    (void)state;
    static const struct {
        const char *makers;
        bool is_dependent;
    } rows[] = {{"", false},     {"b", true},   {"bb", false},   {"b b", true},
                {"a b", true},   {"b a", true}, {"a bc", false}, {"ab c", false},
                {"a b c", true}, {"cb", false}, {" b", true},    {"c-b", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct approval_operator one = {"b", ""}, other = {"z", rows[i].makers};
        assert_int_equal(approval_is_dependent(&one, &other), rows[i].is_dependent);
        assert_int_equal(approval_is_dependent(&other, &one), rows[i].is_dependent);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reason_is_told),
        cmocka_unit_test(an_approver_has_a_ceiling_and_a_role),
        cmocka_unit_test(one_that_waits_is_over_when_its_time_is),
        cmocka_unit_test(states_go_one_way),
        cmocka_unit_test(a_persons_requests_are_told_so_often_within_an_hour),
        cmocka_unit_test(a_second_mailbox_is_no_second_person),
        cmocka_unit_test(an_id_is_found_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
