/* B.1: what the ledger and payments tell, as identity hears it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/relation.h"

static const char *told(struct relation_standing standing)
{
    static char text[RELATION_STANDING_SIZE];
    relation_standing_print(&standing, text);
    return text;
}

static void what_keeps_an_account_open_may_be_under_way(void **state)
{
    (void)state;
    static const struct {
        const char *reason;
        const char *told;
    } rows[] = {
        {"HOLDS_ACTIVE", "UNFINISHED_ORDERS"},
        {"RESOURCES_NOT_STARTED", "UNFINISHED_ORDERS"}, /* ID-22 */
        {"RESOURCES_NOT_RELEASED", "NONE"},             /* ID-23: what runs goes on */
        {"TOP_UP_UNDER_WAY", "UNFINISHED_ORDERS,TOP_UP_UNDER_WAY"},
        {"MONEY_IN_TRANSIT", "UNFINISHED_ORDERS,MONEY_IN_TRANSIT"},
        {"CASH_LEFT", "NONE"},
        {"BILLS_UNPAID", "NONE"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct relation_standing standing = {.overdue = false};
        relation_standing_add(&standing, rows[i].reason);
        assert_string_equal(told(standing), rows[i].told);
        standing = (struct relation_standing){.in_transit = true}; /* arriving: not its own */
        relation_standing_add(&standing, "CASH_LEFT");
        assert_string_equal(told(standing), "MONEY_IN_TRANSIT");
    }
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
                                                        .closed = true,
                                                        .in_transit = true,
                                                        .topping_up = true}),
                        "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,"
                        "LOTS_REMAINING=9223372036854775807USD,ACCOUNT_CLOSED,MONEY_IN_TRANSIT,"
                        "TOP_UP_UNDER_WAY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_keeps_an_account_open_may_be_under_way),
        cmocka_unit_test(all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
