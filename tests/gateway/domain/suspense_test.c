/* Which no of the ledger is about the account, so that the money waits, and which calls people; and
 * where suspense has always been. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/suspense.h"

static void what_the_account_cannot_take_now_waits(void **state)
{
    (void)state;
    static const char *const passing[] = {"ACCOUNT_NOT_FOUND", "ACCOUNT_CLOSED", "CURRENCY_NOT_SET",
                                          "OUT_OF_RANGE", "MOVING"};
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        assert_true(suspense_takes(passing[i]));
        assert_true(suspense_may_end(passing[i]));
    }
    assert_true(suspense_takes("CURRENCY_MISMATCH")); /* PAY-24: it stays, so an operator decides */
    assert_false(suspense_may_end("CURRENCY_MISMATCH"));
}

static void what_is_for_people_is_not_hidden_in_suspense(void **state)
{
    (void)state;
    static const char *const others[] = {"IDEMPOTENCY_MISMATCH", "INVALID_ARGUMENT", "INTERNAL",
                                         ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(suspense_takes(others[i]));
        assert_false(suspense_may_end(others[i]));
    }
}

/* Money is booked under these ids: another name would lose sight of it. */
static void its_ids_are_for_ever(void **state)
{
    (void)state;
    char text[ID_TEXT_SIZE];
    assert_string_equal(id_format(suspense_company(), text),
                        "b7dbb2e2-a211-8fae-88cf-c0000f553852");
    assert_string_equal(id_format(suspense_account("CNY"), text),
                        "54aee977-5a4d-831e-955c-0c25fcf92514");
    assert_string_not_equal(id_format(suspense_account("USD"), text),
                            "54aee977-5a4d-831e-955c-0c25fcf92514");
}

static void an_event_may_be_about_it(void **state)
{
    (void)state;
    static const struct {
        const char *account_id, *currency;
        bool is_suspense;
    } rows[] = {{"54aee977-5a4d-831e-955c-0c25fcf92514", "CNY", true},
                {"54aee977-5a4d-831e-955c-0c25fcf92514", "USD", false},
                {"54aee977-5a4d-831e-955c-0c25fcf92513", "CNY", false},
                {"54aee977-5a4d-831e-955c-0c25fcf92514", "", false},
                {"", "CNY", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(suspense_is(rows[i].account_id, rows[i].currency), rows[i].is_suspense);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_account_cannot_take_now_waits),
        cmocka_unit_test(what_is_for_people_is_not_hidden_in_suspense),
        cmocka_unit_test(its_ids_are_for_ever),
        cmocka_unit_test(an_event_may_be_about_it),
    };
    return cmocka_run_group_tests_name("suspense", tests, NULL, NULL);
}
