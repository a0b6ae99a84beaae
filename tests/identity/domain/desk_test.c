/* The operators' desk: what customers are found by, and what of them is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/domain/desk.h"

static void a_number_is_found_however_it_is_typed(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *number;
    } rows[] = {
        {"91110000600037341L", "91110000600037341L"},
        {"9111 0000-6000.3734/1l", "91110000600037341L"},
        {"fr 732-829-320", "FR732829320"},
        {"x", "X"},
    };
    char number[DESK_TEXT_SIZE], longest[DESK_TEXT_SIZE + 1];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(desk_number(rows[i].typed, number));
        assert_string_equal(number, rows[i].number);
    }
    assert_false(desk_number("", number));
    assert_false(desk_number(" -./", number));
    memset(longest, '1', DESK_TEXT_SIZE);
    longest[DESK_TEXT_SIZE] = '\0';
    assert_false(desk_number(longest, number));
    longest[DESK_TEXT_SIZE - 1] = '\0';
    assert_true(desk_number(longest, number));
}

static void contacts_are_shown_masked(void **state)
{
    (void)state;
    static const struct {
        const char *email, *masked;
    } emails[] = {
        {"anna@example.com", "a\xE2\x80\xA6@example.com"},
        {"a@example.com", "a\xE2\x80\xA6@example.com"},
        {"@example.com", "\xE2\x80\xA6"},
        {"anna", "\xE2\x80\xA6"},
        {"", "\xE2\x80\xA6"},
    };
    static const struct {
        const char *phone, *masked;
    } phones[] = {
        {"+8613800004567", "\xE2\x80\xA6"
                           "567"},
        {"1234567", "\xE2\x80\xA6"
                    "567"},
        {"123456", "\xE2\x80\xA6"},
        {"", "\xE2\x80\xA6"},
    };
    char masked[DESK_TEXT_SIZE];
    for (size_t i = 0; i < sizeof emails / sizeof *emails; i++) {
        desk_mask_email(emails[i].email, masked);
        assert_string_equal(masked, emails[i].masked);
    }
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
        desk_mask_phone(phones[i].phone, masked);
        assert_string_equal(masked, phones[i].masked);
    }
}

static void who_opened_a_look_closes_it_before_its_end(void **state)
{
    (void)state;
    enum { NOW = 1000 };
    static const struct {
        struct look_facts facts;
        enum look_close_verdict verdict;
    } rows[] = {
        {{true, false, NOW + 1}, LOOK_CLOSE_ACCEPTED},
        {{true, false, NOW}, LOOK_CLOSE_ENDED},
        {{true, true, NOW + 1}, LOOK_CLOSE_ENDED},
        {{false, false, NOW + 1}, LOOK_CLOSE_NOT_FOUND},
        {{false, true, NOW}, LOOK_CLOSE_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(look_close_decide(&rows[i].facts, NOW), rows[i].verdict);
    assert_string_equal(look_close_refusal(LOOK_CLOSE_ENDED)->reason, "LOOK_ENDED");
    assert_string_equal(look_close_refusal(LOOK_CLOSE_NOT_FOUND)->reason, "LOOK_NOT_FOUND");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_found_however_it_is_typed),
        cmocka_unit_test(contacts_are_shown_masked),
        cmocka_unit_test(who_opened_a_look_closes_it_before_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
