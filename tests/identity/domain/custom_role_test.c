/* GW-01: how many roles of its own an account has, how they are called, when one goes, and how many
 * somebody has of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/custom_role.h"

static void an_account_has_32_and_none_is_called_like_a_built_in_one(void **state)
{
    (void)state;
    assert_int_equal(custom_role_make_decide(31, "Invoices"), CUSTOM_ROLE_ACCEPTED);
    assert_int_equal(custom_role_make_decide(32, "Invoices"), CUSTOM_ROLE_TOO_MANY);
    assert_int_equal(custom_role_make_decide(0, "FINANCE"), CUSTOM_ROLE_NAME_TAKEN);
    assert_int_equal(custom_role_name_decide("OPERATOR"), CUSTOM_ROLE_NAME_TAKEN);
}

static void none_looks_like_a_built_in_one(void **state)
{
    (void)state;
    static const char *const taken[] = {
        "finance",
        "Finance",
        " F I N A N C E ",
        "account administrator",
        "Account-Administrator",
        "accountAdministrator",
        "account\u2010administrator",                 /* a hyphen */
        "account\u2014administrator",                 /* a dash */
        "account\u00a0administrator",                 /* a space that does not break */
        "account\u203fadministrator",                 /* an undertie joins as the underscore does */
        "\uff26\uff29\uff2e\uff21\uff2e\uff23\uff25", /* full width */
        "\ufb01nance",                                /* a ligature */
        "Role finance",
        "ROLE_FINANCE",
        "operator look",
    };
    static const char *const free_ones[] = {
        "Finances",  "Finance 2", "Finance north", "Financ",       "Invoices", "Operators",
        "Role",      "-",         "F\u00ednance",  "\u8d22\u52a1", "Admin",    "Client/success",
        "Finance's",
    };
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (custom_role_name_decide(taken[i]) != CUSTOM_ROLE_NAME_TAKEN)
            fail_msg("%s", taken[i]);
    for (size_t i = 0; i < sizeof free_ones / sizeof *free_ones; i++)
        if (custom_role_name_decide(free_ones[i]) != CUSTOM_ROLE_ACCEPTED)
            fail_msg("%s", free_ones[i]);
}

static void what_somebody_has_stays(void **state)
{
    (void)state;
    assert_int_equal(custom_role_delete_decide(0), CUSTOM_ROLE_ACCEPTED);
    assert_int_equal(custom_role_delete_decide(1), CUSTOM_ROLE_IN_USE);
}

static void one_has_three_and_of_the_accounts_own(void **state)
{
    (void)state;
    assert_int_equal(custom_role_give_decide(0, 0, 3), CUSTOM_ROLE_ACCEPTED);
    assert_int_equal(custom_role_give_decide(1, 1, 2), CUSTOM_ROLE_ACCEPTED);
    assert_int_equal(custom_role_give_decide(1, 1, 3), CUSTOM_ROLE_HELD_TOO_MANY);
    assert_int_equal(custom_role_give_decide(3, 3, 0), CUSTOM_ROLE_ACCEPTED);
    assert_int_equal(custom_role_give_decide(3, 2, 0), CUSTOM_ROLE_UNKNOWN);
    assert_int_equal(custom_role_give_decide(1, 0, 3), CUSTOM_ROLE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_has_32_and_none_is_called_like_a_built_in_one),
        cmocka_unit_test(none_looks_like_a_built_in_one),
        cmocka_unit_test(what_somebody_has_stays),
        cmocka_unit_test(one_has_three_and_of_the_accounts_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
