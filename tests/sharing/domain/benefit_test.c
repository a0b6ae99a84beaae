/* Does a benefit apply to a usage: SHR-06, SHR-09 to SHR-11, E26, E34. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sharing/domain/benefit.h"

#define DAY_US (INT64_C(1800000000) * 1000000)
#define AT(hour, minute, second) \
    (DAY_US + (((hour)*60 + (minute)) * INT64_C(60) + (second)) * 1000000)

static const char *const ecs[] = {"ecs", "oss"};
static const char *const pay_as_you_go[] = {"PAY_AS_YOU_GO"};
static const struct benefit_asset plan = {.provisioned_us = AT(0, 0, 0),
                                          .expire_us = AT(23, 0, 0),
                                          .products = ecs,
                                          .product_count = 2,
                                          .bill_types = pay_as_you_go,
                                          .bill_type_count = 1};
static const struct interval always[] = {{0, INTERVAL_OPEN}};
static const struct interval morning[] = {{AT(9, 0, 0), AT(12, 0, 0)}};

static struct benefit_usage usage_at(int64_t started_us)
{
    return (struct benefit_usage){.started_us = started_us,
                                  .product = "ecs",
                                  .bill_type = "PAY_AS_YOU_GO",
                                  .region = "",
                                  .shares = morning,
                                  .share_count = 1,
                                  .owner_verified = always,
                                  .owner_verified_count = 1,
                                  .recipient_verified = always,
                                  .recipient_verified_count = 1};
}

static enum benefit_verdict decide(struct benefit_asset asset, struct benefit_usage usage)
{
    return benefit_decide(&asset, &usage);
}

static void a_share_covers_usage_from_its_start_until_its_end(void **state)
{
    (void)state;
    assert_int_equal(decide(plan, usage_at(AT(9, 0, 0) - 1)), BENEFIT_SHARE_NOT_YET_ACTIVE);
    assert_int_equal(decide(plan, usage_at(AT(9, 0, 0))), BENEFIT_APPLIES);
    assert_int_equal(decide(plan, usage_at(AT(12, 0, 0) - 1)), BENEFIT_APPLIES);
    assert_int_equal(decide(plan, usage_at(AT(12, 0, 0))), BENEFIT_SHARE_ENDED);
}

/* SHR-03: who is not verified is of no company, whether it shares or is shared with; the usage's
 * time counts, not the bill's. */
static void both_are_verified_when_the_usage_starts(void **state)
{
    (void)state;
    const struct interval verified[] = {{AT(10, 30, 0), INTERVAL_OPEN}, {0, AT(10, 0, 0)}};
    const struct {
        int64_t at_us;
        enum benefit_verdict verdict;
    } rows[] = {{AT(10, 0, 0) - 1, BENEFIT_APPLIES},
                {AT(10, 0, 0), BENEFIT_NOT_VERIFIED},
                {AT(10, 30, 0) - 1, BENEFIT_NOT_VERIFIED},
                {AT(10, 30, 0), BENEFIT_APPLIES}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct benefit_usage owner = usage_at(rows[i].at_us), recipient = usage_at(rows[i].at_us),
                             own = usage_at(rows[i].at_us);
        owner.owner_verified = recipient.recipient_verified = own.owner_verified = verified;
        owner.owner_verified_count = recipient.recipient_verified_count = own.owner_verified_count =
            2;
        own.by_owner = true;
        assert_int_equal(decide(plan, owner), rows[i].verdict);
        assert_int_equal(decide(plan, recipient), rows[i].verdict);
        assert_int_equal(decide(plan, own), BENEFIT_APPLIES); /* its own asset */
    }
    struct benefit_usage never = usage_at(AT(10, 0, 0));
    never.recipient_verified_count = 0;
    assert_int_equal(decide(plan, never), BENEFIT_NOT_VERIFIED);
}

/* E26: the organization's share was saved at 12:00:00, so it counts from 12:01:00. */
static void usage_within_the_first_minute_is_not_eligible(void **state)
{
    (void)state;
    const struct interval share = {AT(12, 1, 0), INTERVAL_OPEN};
    struct benefit_usage usage = usage_at(AT(12, 0, 30));
    usage.shares = &share;
    assert_int_equal(decide(plan, usage), BENEFIT_SHARE_NOT_YET_ACTIVE);
    usage.started_us = AT(12, 1, 0);
    assert_int_equal(decide(plan, usage), BENEFIT_APPLIES);
}

static void an_asset_covers_its_own_time_products_and_bill_types(void **state)
{
    (void)state;
    struct benefit_usage usage = usage_at(AT(0, 0, 0));
    usage.by_owner = true;
    assert_int_equal(decide(plan, usage), BENEFIT_APPLIES);
    usage.started_us = AT(0, 0, 0) - 1;
    assert_int_equal(decide(plan, usage), BENEFIT_NOT_PROVISIONED);
    usage.started_us = AT(23, 0, 0) - 1;
    assert_int_equal(decide(plan, usage), BENEFIT_APPLIES);
    usage.started_us = AT(23, 0, 0);
    assert_int_equal(decide(plan, usage), BENEFIT_EXPIRED);
    usage.started_us = AT(10, 0, 0);
    usage.product = "rds";
    assert_int_equal(decide(plan, usage), BENEFIT_PRODUCT_NOT_COVERED);
    usage.product = "oss";
    usage.bill_type = "SUBSCRIPTION";
    assert_int_equal(decide(plan, usage), BENEFIT_BILL_TYPE_NOT_COVERED);
    struct benefit_asset wide = plan;
    wide.product_count = wide.bill_type_count = 0;
    usage.product = "rds";
    assert_int_equal(decide(wide, usage), BENEFIT_APPLIES);
}

static void an_asset_covers_its_own_regions(void **state) /* ID-29 */
{
    (void)state;
    static const char *const regions[] = {"cn-hangzhou", "eu-central-1"};
    struct benefit_usage usage = usage_at(AT(10, 0, 0));
    usage.by_owner = true;
    assert_int_equal(decide(plan, usage), BENEFIT_APPLIES); /* of every region, told or not */
    struct benefit_asset narrow = plan;
    narrow.regions = regions;
    narrow.region_count = 2;
    assert_int_equal(decide(narrow, usage), BENEFIT_REGION_NOT_COVERED);
    usage.region = "eu-central-1";
    assert_int_equal(decide(narrow, usage), BENEFIT_APPLIES);
    usage.region = "eu-central-11";
    assert_int_equal(decide(narrow, usage), BENEFIT_REGION_NOT_COVERED);
}

static void strangers_are_told_it_was_never_shared(void **state)
{
    (void)state;
    struct benefit_usage usage = usage_at(AT(10, 0, 0));
    usage.share_count = 0;
    assert_int_equal(decide(plan, usage), BENEFIT_NOT_SHARED);
}

/* SHR-10: what was revoked does not apply any more, to late bills neither. */
static void revoked_and_used_up_coupons_do_not_apply(void **state)
{
    (void)state;
    struct benefit_asset coupon = plan;
    coupon.is_coupon = true;
    coupon.remaining_micros = 1;
    assert_int_equal(decide(coupon, usage_at(AT(10, 0, 0))), BENEFIT_APPLIES);
    coupon.remaining_micros = 0;
    assert_int_equal(decide(coupon, usage_at(AT(10, 0, 0))), BENEFIT_NOTHING_LEFT);
    coupon.revoked = true;
    assert_int_equal(decide(coupon, usage_at(AT(10, 0, 0))), BENEFIT_REVOKED);
}

/* E34: the relation ended at 10:00 and was established again at 12:00; usage is judged by when it
 * started, not when it is billed. */
static void a_coupon_follows_the_payment_relation(void **state)
{
    (void)state;
    const struct interval share = {AT(8, 0, 0), INTERVAL_OPEN};
    const struct interval relations[] = {{AT(7, 0, 0), AT(10, 0, 0)},
                                         {AT(12, 0, 0), INTERVAL_OPEN}};
    struct benefit_asset coupon = plan;
    coupon.is_coupon = true;
    coupon.remaining_micros = 5000000;
    struct benefit_usage usage = usage_at(AT(9, 59, 0));
    usage.shares = &share;
    usage.payment_relations = relations;
    usage.payment_relation_count = 2;
    assert_int_equal(decide(coupon, usage), BENEFIT_APPLIES);
    usage.started_us = AT(10, 0, 0);
    assert_int_equal(decide(coupon, usage), BENEFIT_PAYMENT_RELATION_ENDED);
    usage.started_us = AT(10, 1, 0);
    assert_int_equal(decide(coupon, usage), BENEFIT_PAYMENT_RELATION_ENDED);
    usage.started_us = AT(12, 0, 0);
    assert_int_equal(decide(coupon, usage), BENEFIT_APPLIES);
    usage.started_us = AT(12, 1, 0);
    assert_int_equal(decide(coupon, usage), BENEFIT_APPLIES);
    usage.started_us = AT(10, 1, 0); /* a savings plan does not depend on the payer */
    struct benefit_asset savings_plan = plan;
    assert_int_equal(decide(savings_plan, usage), BENEFIT_APPLIES);
}

static void the_nearest_share_explains_the_answer(void **state)
{
    (void)state;
    const struct interval shares[] = {
        {AT(15, 0, 0), INTERVAL_OPEN}, {AT(1, 0, 0), AT(2, 0, 0)}, {AT(3, 0, 0), AT(4, 0, 0)}};
    struct benefit_usage usage = usage_at(AT(5, 0, 0));
    usage.shares = shares;
    usage.share_count = 3;
    assert_ptr_equal(benefit_share(&usage), &shares[2]);
    assert_int_equal(decide(plan, usage), BENEFIT_SHARE_ENDED);
    usage.started_us = AT(0, 30, 0);
    assert_ptr_equal(benefit_share(&usage), &shares[1]);
    usage.started_us = AT(16, 0, 0);
    assert_ptr_equal(benefit_share(&usage), &shares[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_covers_usage_from_its_start_until_its_end),
        cmocka_unit_test(both_are_verified_when_the_usage_starts),
        cmocka_unit_test(usage_within_the_first_minute_is_not_eligible),
        cmocka_unit_test(an_asset_covers_its_own_time_products_and_bill_types),
        cmocka_unit_test(an_asset_covers_its_own_regions),
        cmocka_unit_test(strangers_are_told_it_was_never_shared),
        cmocka_unit_test(revoked_and_used_up_coupons_do_not_apply),
        cmocka_unit_test(a_coupon_follows_the_payment_relation),
        cmocka_unit_test(the_nearest_share_explains_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
