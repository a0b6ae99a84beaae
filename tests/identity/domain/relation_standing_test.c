/* B.1: how an account stands, as the gateway's header says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/relation_standing.h"

static void each_word_is_read_alone(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        bool overdue, unfinished, closed, quota_used, lots;
    } rows[] = {
        {"NONE", false, false, false, false, false},
        {"", false, false, false, false, false},
        {"OVERDUE", true, false, false, false, false},
        {"UNFINISHED_ORDERS", false, true, false, false, false},
        {"ACCOUNT_CLOSED", false, false, true, false, false},
        {"QUOTA_USED", false, false, false, true, false},
        {"LOTS_REMAINING", false, false, false, false, true},
        {"OVERDUE,QUOTA_USED,LOTS_REMAINING=1CNY", true, false, false, true, true},
        {"OVERDUE_NOT,NOT_LOTS_REMAINING", false, false, false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct relation_standing read = relation_standing_read(rows[i].words);
        assert_int_equal(read.overdue, rows[i].overdue);
        assert_int_equal(read.unfinished, rows[i].unfinished);
        assert_int_equal(read.closed, rows[i].closed);
        assert_int_equal(read.quota_used, rows[i].quota_used);
        assert_int_equal(read.lots_remaining, rows[i].lots);
    }
}

static void an_amount_is_told_where_it_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int64_t micros; /* 0: it is not told, only that there is one */
        const char *currency;
    } rows[] = {
        {"LOTS_REMAINING=40000000CNY", 40000000, "CNY"},
        {"OVERDUE,LOTS_REMAINING=1USD,ACCOUNT_CLOSED", 1, "USD"},
        {"LOTS_REMAINING=9223372036854775807JPY", INT64_MAX, "JPY"},
        {"LOTS_REMAINING", 0, NULL},
        {"LOTS_REMAINING=", 0, NULL},
        {"LOTS_REMAINING=0CNY", 0, NULL},
        {"LOTS_REMAINING=-1CNY", 0, NULL},
        {"LOTS_REMAINING=1", 0, NULL},
        {"LOTS_REMAINING=1CNYS", 0, NULL},
        {"LOTS_REMAINING=1QQQ", 1, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct relation_standing read = relation_standing_read(rows[i].words);
        assert_true(read.lots_remaining);
        assert_int_equal(read.lots_micros, rows[i].micros);
        assert_int_equal(read.lots_currency != NULL, rows[i].currency != NULL);
        if (rows[i].currency != NULL)
            assert_string_equal(read.lots_currency->code, rows[i].currency);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_is_read_alone),
        cmocka_unit_test(an_amount_is_told_where_it_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
