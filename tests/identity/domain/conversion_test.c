/* ID-31: who converts which account, and what stands in the way; each side of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/conversion.h"

static const struct id owner = {{1}}, other = {{2}};

static void the_owner_of_an_individuals_account_converts_it(void **state)
{
    (void)state;
    static const struct {
        enum account_type type;
        const struct id *caller;
        enum conversion_verdict verdict;
    } rows[] = {
        {ACCOUNT_TYPE_INDIVIDUAL, &owner, CONVERSION_ACCEPTED},
        {ACCOUNT_TYPE_INDIVIDUAL, &other, CONVERSION_NOT_OWNER}, /* an administrator, an agent */
        {ACCOUNT_TYPE_NONE, &owner, CONVERSION_NOT_INDIVIDUAL},
        {ACCOUNT_TYPE_CORPORATE, &owner, CONVERSION_NOT_INDIVIDUAL},
        {ACCOUNT_TYPE_CORPORATE, &other, CONVERSION_NOT_OWNER}, /* hears nothing of it */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct account account = {.owner_id = owner, .type = rows[i].type};
        assert_int_equal(conversion_decide(&account, *rows[i].caller), rows[i].verdict);
    }
}

static void each_obstacle_is_told_alone_and_with_the_others(void **state)
{
    (void)state;
    static const struct {
        struct conversion_facts facts;
        const char *reason;
    } rows[] = {
        {{.closed = true}, "ACCOUNT_CLOSED"},       {{.overdue = true}, "OVERDUE"},
        {{.in_transit = true}, "MONEY_IN_TRANSIT"}, {{.topping_up = true}, "TOP_UP_UNDER_WAY"},
        {{.in_review = true}, "IN_REVIEW"},         {{.handing_over = true}, "HAND_OVER_UNDER_WAY"},
    };
    const struct conversion_facts clear = {.closed = false},
                                  all = {true, true, true, true, true, true};
    enum conversion_obstacle found[CONVERSION_OBSTACLES_MAX];
    assert_int_equal(conversion_obstacles(&clear, found), 0);
    assert_int_equal(sizeof rows / sizeof *rows, CONVERSION_OBSTACLES_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(conversion_obstacles(&rows[i].facts, found), 1);
        assert_string_equal(conversion_obstacle_refusal(found[0])->reason, rows[i].reason);
    }
    assert_int_equal(conversion_obstacles(&all, found), CONVERSION_OBSTACLES_MAX);
    for (size_t i = 0; i < CONVERSION_OBSTACLES_MAX; i++)
        assert_string_equal(conversion_obstacle_refusal(found[i])->reason, rows[i].reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_of_an_individuals_account_converts_it),
        cmocka_unit_test(each_obstacle_is_told_alone_and_with_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
