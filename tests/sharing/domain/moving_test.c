/* Which benefits follow an account into its company (ID-31, R9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sharing/domain/moving.h"

static const struct id account = {{1}}, former = {{2}}, other = {{3}}, verified_for = {{4}};

static struct benefit_home kept_under(struct id company_id)
{
    return (struct benefit_home){
        .account_id = account, .company_id = company_id, .verified_company_id = verified_for};
}

static void from_the_account_itself_they_follow(void **state)
{
    (void)state;
    struct benefit_home home = kept_under(account);
    assert_true(benefits_follow(&home));
    assert_false(benefits_verified(&home));
    home.verified_company_id = (struct id){{0}}; /* converted, and not verified yet */
    assert_false(benefits_follow(&home));
    assert_false(benefits_verified(&home));
}

static void from_a_company_that_was_merged_they_follow(void **state)
{
    (void)state;
    const struct id merged[] = {other, former};
    struct benefit_home home = kept_under(former);
    assert_false(benefits_follow(&home)); /* the account left it for another */
    assert_false(benefits_verified(&home));
    home.merged_company_ids = merged;
    home.merged_count = 1;
    assert_false(benefits_follow(&home));
    home.merged_count = 2;
    assert_true(benefits_follow(&home));
    assert_false(benefits_verified(&home));
}

static void where_they_belong_they_stay(void **state)
{
    (void)state;
    const struct id merged[] = {former, verified_for};
    struct benefit_home home = kept_under(verified_for);
    home.merged_company_ids = merged;
    home.merged_count = 2;
    assert_false(benefits_follow(&home));
    assert_true(benefits_verified(&home));
}

static void so_many_move_at_once(void **state)
{
    (void)state;
    assert_true(benefits_can_move(0));
    assert_true(benefits_can_move(100000));
    assert_false(benefits_can_move(100001));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_account_itself_they_follow),
        cmocka_unit_test(from_a_company_that_was_merged_they_follow),
        cmocka_unit_test(where_they_belong_they_stay),
        cmocka_unit_test(so_many_move_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
