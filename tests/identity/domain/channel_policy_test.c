/* ID-42: whose policy an account has, and what is built in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/channel_policy.h"

static void an_account_has_the_policy_of_how_it_came_until_it_is_upgraded(void **state)
{
    (void)state;
    struct account account = {.entry = {ENTRY_PARTNER, "ACME"}};
    assert_int_equal(channel_policy_channel(&account), ENTRY_PARTNER);
    account.entry.channel = ENTRY_DIRECT;
    assert_int_equal(channel_policy_channel(&account), ENTRY_DIRECT);
    account.upgraded_us = 1;
    assert_int_equal(channel_policy_channel(&account), ENTRY_UPGRADE);
}

static void nothing_is_demanded_that_nobody_set(void **state)
{
    (void)state;
    for (enum entry_channel channel = ENTRY_DIRECT; channel <= ENTRY_UPGRADE; channel++) {
        const struct channel_policy policy = channel_policy_built_in(channel);
        assert_int_equal(policy.channel, channel);
        assert_int_equal(policy.features | policy.provisioning, 0);
        assert_string_equal(policy.trial_code, "");
        assert_int_equal(policy.set_us, 0);
    }
    assert_string_equal(policy_step_name(POLICY_SECOND_CHANNEL), "SECOND_CHANNEL");
    assert_string_equal(policy_step_name(POLICY_FACTOR), "FACTOR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_has_the_policy_of_how_it_came_until_it_is_upgraded),
        cmocka_unit_test(nothing_is_demanded_that_nobody_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
