/* ID-12, ID-14, ID-15: everything that keeps an account open is told, with its amount, and nothing
 * else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/domain/closing.h"

static const struct resource_standing none;

static void an_empty_account_may_be_closed(void **state)
{
    (void)state;
    const struct account account = {.state = ACCOUNT_ACTIVE, .credit_limit_micros = 5};
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    assert_int_equal(closing_blockers(&account, &none, 0, found), 0);
}

static void each_blocker_alone_is_told_with_its_amount(void **state)
{
    (void)state;
    static const struct {
        struct account account;
        enum closing_blocker blocker;
        int64_t micros;
    } rows[] = {
        {{.books = {[BOOK_OWN] = 1}}, CLOSING_CASH, 1},
        {{.books = {[BOOK_TRANSFERRED_IN] = 2}}, CLOSING_CASH, 2},
        {{.books = {[BOOK_REFUND_CREDIT] = 3}}, CLOSING_REFUND_CREDIT, 3},
        {{.frozen_micros = 4}, CLOSING_HOLDS, 4},
        {{.books = {[BOOK_UNBILLED] = -5}}, CLOSING_UNBILLED, 5},
        {{.books = {[BOOK_OUTSTANDING] = -6}}, CLOSING_OUTSTANDING, 6},
        {{.books = {[BOOK_REFUND_CREDIT] = -1}},
         CLOSING_REFUND_CREDIT,
         -1}, /* no book may end below zero, and no such one is closed */
        {{.books = {[BOOK_UNBILLED] = 1}}, CLOSING_UNBILLED, -1},
        {{.sent_micros = 7, .arriving_micros = 8}, CLOSING_TRANSIT, 7},
    };
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(closing_blockers(&rows[i].account, &none, 0, found), 1);
        assert_int_equal(found[0].blocker, rows[i].blocker);
        assert_int_equal(found[0].amount_micros, rows[i].micros);
    }
}

static void each_kind_of_resource_is_told_with_its_number(void **state)
{
    (void)state;
    static const struct {
        struct resource_standing resources;
        enum closing_blocker blocker;
        int64_t count, until_us;
    } rows[] = {
        {{.not_started = 1}, CLOSING_NOT_STARTED, 1, 0},
        {{.not_released = 2}, CLOSING_RESOURCES, 2, 0},
        {{.in_term = 3, .until_us = 9}, CLOSING_SUBSCRIPTION, 3, 9},
        {{.renewing = 4}, CLOSING_AUTO_RENEW, 4, 0},
    };
    const struct account account = {.state = ACCOUNT_ACTIVE};
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(closing_blockers(&account, &rows[i].resources, 0, found), 1);
        assert_int_equal(found[0].blocker, rows[i].blocker);
        assert_int_equal(found[0].count, rows[i].count);
        assert_int_equal(found[0].until_us, rows[i].until_us);
        assert_int_equal(found[0].amount_micros, 0);
    }
    assert_string_equal(closing_reason(CLOSING_SUBSCRIPTION), "SUBSCRIPTION_ACTIVE");
    assert_string_equal(closing_reason(CLOSING_AUTO_RENEW), "AUTO_RENEW_ON");
}

static void usage_that_is_not_booked_is_told_with_its_number(void **state)
{
    (void)state;
    const struct account account = {.state = ACCOUNT_ACTIVE};
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    assert_int_equal(closing_blockers(&account, &none, 0, found), 0);
    assert_int_equal(closing_blockers(&account, &none, 1, found), 1);
    assert_string_equal(closing_reason(found[0].blocker), "USAGE_UNRATED");
    assert_int_equal(found[0].count, 1);
    assert_int_equal(found[0].amount_micros, 0);
}

static void all_are_told_together_and_the_other_side_of_the_books_is_none(void **state)
{
    (void)state;
    const struct account all = {
        .frozen_micros = 1, .books = {1, 1, 1, -1, -1, 7, -8, 9}, .sent_micros = 1};
    const struct resource_standing resources = {1, 1, 1, 1, 1};
    const struct account other_side = {
        .books = {[BOOK_REVENUE] = 7, [BOOK_TOP_UP] = -7, [BOOK_CLEARING] = 3}};
    struct closing_found found[CLOSING_BLOCKER_COUNT];
    assert_int_equal(closing_blockers(&all, &resources, 1, found), CLOSING_BLOCKER_COUNT);
    for (int i = 0; i < CLOSING_BLOCKER_COUNT; i++)
        assert_int_equal(found[i].blocker, i);
    assert_int_equal(closing_blockers(&other_side, &none, 0, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_account_may_be_closed),
        cmocka_unit_test(each_blocker_alone_is_told_with_its_amount),
        cmocka_unit_test(each_kind_of_resource_is_told_with_its_number),
        cmocka_unit_test(usage_that_is_not_booked_is_told_with_its_number),
        cmocka_unit_test(all_are_told_together_and_the_other_side_of_the_books_is_none),
    };
    return cmocka_run_group_tests_name("closing", tests, NULL, NULL);
}
