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

static const char *told(struct relation_standing standing)
{
    static char text[RELATION_STANDING_SIZE];
    relation_standing_print(&standing, text);
    return text;
}

static void all_are_told(void **state)
{
    (void)state;
    assert_string_equal(told((struct relation_standing){.lots_currency = "CNY"}), "NONE");
    assert_string_equal(told((struct relation_standing){.overdue = true}), "OVERDUE");
    assert_string_equal(told((struct relation_standing){.unfinished = true}), "UNFINISHED_ORDERS");
    assert_string_equal(told((struct relation_standing){.quota_used = true}), "QUOTA_USED");
    assert_string_equal(told((struct relation_standing){.closed = true}), "ACCOUNT_CLOSED");
    assert_string_equal(told((struct relation_standing){.lots_micros = 1, .lots_currency = "CNY"}),
                        "LOTS_REMAINING=1CNY");
    assert_string_equal(told((struct relation_standing){.overdue = true,
                                                        .unfinished = true,
                                                        .quota_used = true,
                                                        .lots_micros = INT64_MAX,
                                                        .lots_currency = "USD",
                                                        .closed = true}),
                        "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,"
                        "LOTS_REMAINING=9223372036854775807USD,ACCOUNT_CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_and_top_ups_are_under_way),
        cmocka_unit_test(all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
