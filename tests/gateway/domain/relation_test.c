/* B.1: what the ledger and payments tell, as identity hears it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/relation.h"

static void the_terms_of_others_are_no_debt(void **state)
{
    (void)state;
    assert_true(relation_is_overdue("OVERDUE"));
    assert_false(relation_is_overdue("OVERDUE_SOON"));
    assert_false(relation_is_overdue("AVAILABLE"));
    assert_false(relation_is_overdue(""));
}

static void holds_and_top_ups_are_under_way(void **state)
{
    (void)state;
    assert_true(relation_is_unfinished("HOLDS_ACTIVE"));
    assert_true(relation_is_unfinished("TOP_UP_UNDER_WAY"));
    assert_true(relation_is_unfinished("MONEY_IN_TRANSIT"));
    assert_false(relation_is_unfinished("CASH_LEFT"));
    assert_false(relation_is_unfinished("BILLS_UNPAID"));
}

static void both_are_told(void **state)
{
    (void)state;
    assert_string_equal(relation_standing_text(false, false), "NONE");
    assert_string_equal(relation_standing_text(true, false), "OVERDUE");
    assert_string_equal(relation_standing_text(false, true), "UNFINISHED_ORDERS");
    assert_string_equal(relation_standing_text(true, true), "OVERDUE,UNFINISHED_ORDERS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_terms_of_others_are_no_debt),
        cmocka_unit_test(holds_and_top_ups_are_under_way),
        cmocka_unit_test(both_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
