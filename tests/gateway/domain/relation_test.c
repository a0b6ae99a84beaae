/* B.1: what the ledger and payments tell, as identity hears it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/relation.h"

static void holds_and_top_ups_are_under_way(void **state)
{
    (void)state;
    assert_true(relation_is_unfinished("HOLDS_ACTIVE"));
    assert_true(relation_is_unfinished("TOP_UP_UNDER_WAY"));
    assert_true(relation_is_unfinished("MONEY_IN_TRANSIT"));
    assert_false(relation_is_unfinished("CASH_LEFT"));
    assert_false(relation_is_unfinished("BILLS_UNPAID"));
}

static const char *told(bool overdue, bool unfinished, bool quota_used, bool closed)
{
    static char text[RELATION_STANDING_SIZE];
    relation_standing_print(&(struct relation_standing){.overdue = overdue,
                                                        .unfinished = unfinished,
                                                        .quota_used = quota_used,
                                                        .lots_remaining = quota_used && closed,
                                                        .closed = closed},
                            text);
    return text;
}

static void all_are_told(void **state)
{
    (void)state;
    assert_string_equal(told(false, false, false, false), "NONE");
    assert_string_equal(told(true, false, false, false), "OVERDUE");
    assert_string_equal(told(false, true, false, false), "UNFINISHED_ORDERS");
    assert_string_equal(told(false, false, true, false), "QUOTA_USED");
    assert_string_equal(told(false, false, false, true), "ACCOUNT_CLOSED");
    assert_string_equal(told(true, true, true, true),
                        "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,LOTS_REMAINING,ACCOUNT_CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_and_top_ups_are_under_way),
        cmocka_unit_test(all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
