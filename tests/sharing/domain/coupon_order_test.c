/* In which order coupons pay, and what a refund gives back: D.9 step 2, E27. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sharing/domain/coupon_order.h"

static struct id numbered(uint8_t number)
{
    return (struct id){{[15] = number}};
}

/* Each comes right before the next one, by one thing that decides against all that follow it. */
static void coupons_pay_in_the_order_of_the_rules(void **state)
{
    (void)state;
    const struct coupon_choice order[] = {
        /* E27: the 10 that expires in January with two products before the 5 of December with one.
         */
        {.expire_us = 1, .product_count = 2, .remaining_micros = 10, .is_shared = true},
        {.expire_us = 12, .product_count = 1, .remaining_micros = 9, .is_shared = true},
        {.expire_us = 12, .product_count = 2, .remaining_micros = 9},
        {.expire_us = 12,
         .product_count = 2,
         .remaining_micros = 5,
         .is_shared = true,
         .provisioned_us = 9},
        {.expire_us = 12,
         .product_count = 2,
         .remaining_micros = 6,
         .is_shared = true,
         .provisioned_us = 3,
         .asset_id = numbered(9)},
        {.expire_us = 12,
         .product_count = 2,
         .remaining_micros = 6,
         .is_shared = true,
         .provisioned_us = 4,
         .asset_id = numbered(1)},
        {.expire_us = 12,
         .product_count = 2,
         .remaining_micros = 6,
         .is_shared = true,
         .provisioned_us = 4,
         .asset_id = numbered(2)},
        {.expire_us = 12, .product_count = 0}, /* every product */
    };
    size_t count = sizeof(order) / sizeof(order[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int expected = (i > j) - (i < j), found = coupon_choice_compare(&order[i], &order[j]);
            assert_int_equal((found > 0) - (found < 0), expected);
        }
    }
}

static void a_refund_takes_back_what_paid_last(void **state)
{
    (void)state;
    const struct coupon_use uses[] = {{10, 0, true}, {0, 0, true}, {5, 2, false}};
    const struct {
        int64_t amount, taken[3];
        enum coupon_line_verdict verdict;
    } cases[] = {
        {1, {0, 0, 1}, COUPON_PAYS},
        {3, {0, 0, 3}, COUPON_PAYS},
        {4, {1, 0, 3}, COUPON_PAYS},
        {13, {10, 0, 3}, COUPON_PAYS},
        {14, {10, 0, 3}, COUPON_RETURN_EXCEEDS},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t taken[3];
        assert_int_equal(coupon_return_decide(uses, 3, cases[i].amount, taken), cases[i].verdict);
        for (size_t j = 0; j < 3; j++)
            assert_int_equal(taken[j], cases[i].taken[j]);
    }
    assert_int_equal(coupon_return_decide(uses, 0, 1, &(int64_t){0}), COUPON_RETURN_EXCEEDS);
    assert_string_equal(coupon_line_refusal(COUPON_LINE_UNKNOWN)->reason, "COUPON_LINE_NOT_FOUND");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coupons_pay_in_the_order_of_the_rules),
        cmocka_unit_test(a_refund_takes_back_what_paid_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
