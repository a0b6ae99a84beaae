/* Coupons that a customer may issue from a pool: SHR-10, SHR-13, SHR-15, SHR-17, E30. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sharing/domain/coupon.h"

#define UNITS(n) ((n)*INT64_C(1000000))
#define NOW_US 1000

static const struct coupon_pool good_pool = {.known = true,
                                             .of_actor = true,
                                             .target = POOL_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT,
                                             .remaining_micros = UNITS(10000),
                                             .expire_us = NOW_US + 1};
static const struct coupon_issue good_issue = {
    .count = 1, .face_micros = UNITS(500), .face_is_whole = true};

static enum coupon_verdict decide(struct coupon_pool pool, struct coupon_issue issue)
{
    int64_t value;
    return coupon_issue_decide(&pool, &issue, NOW_US, &value);
}

static void each_rule_refuses_at_its_boundary(void **state)
{
    (void)state;
    struct coupon_pool pool = good_pool;
    struct coupon_issue issue = good_issue;
    assert_int_equal(decide(pool, issue), COUPON_ACCEPTED);
    issue.scope_set = true; /* SHR-13, before everything else */
    pool = (struct coupon_pool){.known = false};
    assert_int_equal(decide(pool, issue), COUPON_SCOPE_SET);
    issue.scope_set = false;
    assert_int_equal(decide(pool, issue), COUPON_POOL_UNKNOWN);
    pool = good_pool;
    pool.expire_us = NOW_US;
    assert_int_equal(decide(pool, issue), COUPON_POOL_EXPIRED);
    pool = good_pool;
    issue.count = 0;
    assert_int_equal(decide(pool, issue), COUPON_COUNT_OUT_OF_RANGE);
    issue.count = 1001;
    assert_int_equal(decide(pool, issue), COUPON_COUNT_OUT_OF_RANGE);
    issue.count = 1000;
    issue.face_micros = UNITS(10);
    assert_int_equal(decide(pool, issue), COUPON_ACCEPTED);
    issue.face_micros = 0;
    assert_int_equal(decide(pool, issue), COUPON_FACE_NOT_POSITIVE);
    issue.face_micros = -1;
    assert_int_equal(decide(pool, issue), COUPON_FACE_NOT_POSITIVE);
    issue = good_issue;
    issue.face_is_whole = false;
    assert_int_equal(decide(pool, issue), COUPON_FACE_NOT_POSITIVE);
    issue = good_issue;
    issue.count = 2;
    issue.face_micros = INT64_MAX; /* E31 */
    assert_int_equal(decide(pool, issue), COUPON_VALUE_OUT_OF_RANGE);
}

/* E30: pool 10,000, twelve coupons of 500 leave 4,000; nine more (4,500) are refused, eight (4,000)
 * are not; revoking one with 300 left gives 4,300. */
static void a_pool_pays_for_what_it_can(void **state)
{
    (void)state;
    struct coupon_pool pool = good_pool;
    struct coupon_issue issue = good_issue;
    int64_t value = 0;
    issue.count = 12;
    assert_int_equal(coupon_issue_decide(&pool, &issue, NOW_US, &value), COUPON_ACCEPTED);
    pool.remaining_micros -= value;
    assert_int_equal(pool.remaining_micros, UNITS(4000));
    issue.count = 9;
    assert_int_equal(decide(pool, issue), COUPON_POOL_INSUFFICIENT);
    issue.count = 8;
    assert_int_equal(decide(pool, issue), COUPON_ACCEPTED);
    assert_int_equal(pool.remaining_micros +
                         coupon_returned_micros(UNITS(300), pool.expire_us, NOW_US),
                     UNITS(4300));
    assert_int_equal(coupon_returned_micros(UNITS(300), NOW_US, NOW_US), 0); /* SHR-17 */
    assert_int_equal(coupon_redeemed_micros(UNITS(200), UNITS(300)), UNITS(200));
    assert_int_equal(coupon_redeemed_micros(UNITS(301), UNITS(300)), UNITS(300));
}

static void a_pool_is_there_for_whom_it_is_meant(void **state) /* SHR-16 */
{
    (void)state;
    struct coupon_pool pool = good_pool;
    assert_true(coupon_pool_is_seen(&pool));
    pool.target = POOL_TARGET_OTHER;
    assert_false(coupon_pool_is_seen(&pool));
    assert_int_equal(decide(pool, good_issue), COUPON_POOL_UNKNOWN);
    pool = good_pool;
    pool.of_actor = false;
    assert_false(coupon_pool_is_seen(&pool));
    assert_int_equal(decide(pool, good_issue), COUPON_POOL_UNKNOWN);
}

static void the_issuer_revokes_and_nobody_else(void **state) /* SHR-12 */
{
    (void)state;
    static const struct {
        struct coupon_asset coupon; /* known, is_coupon, issued_by_actor, revoked */
        enum coupon_revoke_verdict expected;
    } rows[] = {
        {{true, true, true, false}, COUPON_REVOKE_ACCEPTED},
        {{true, true, true, true}, COUPON_REVOKED},
        {{true, true, false, false}, COUPON_REVOKE_UNKNOWN},
        {{true, true, false, true}, COUPON_REVOKE_UNKNOWN}, /* a stranger learns nothing */
        {{true, false, true, false}, COUPON_REVOKE_UNKNOWN},
        {{false, true, true, false}, COUPON_REVOKE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(coupon_revoke_decide(&rows[i].coupon), rows[i].expected);
    assert_string_equal(coupon_revoke_refusal(COUPON_REVOKED)->reason, "ASSET_REVOKED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_refuses_at_its_boundary),
                                       cmocka_unit_test(a_pool_pays_for_what_it_can),
                                       cmocka_unit_test(a_pool_is_there_for_whom_it_is_meant),
                                       cmocka_unit_test(the_issuer_revokes_and_nobody_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
