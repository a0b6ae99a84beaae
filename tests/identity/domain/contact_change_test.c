/* Changes of contacts: who may begin one, how many a day, and when one that waits is done; every
 * boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/contact_change.h"

#define NOW INT64_C(1800000000000000)
#define HOUR (INT64_C(3600) * 1000000)
#define DAY (24 * HOUR)

static void a_change_begins_by_the_owner_for_what_is_verified(void **state)
{
    (void)state;
    static const struct account both = {.email_verified = true, .phone_verified = true},
                                email = {.email_verified = true}, phone = {.phone_verified = true};
    static const struct contact_change none = {.exists = false};
    static const struct {
        struct contact_change_start start;
        enum contact_change_verdict verdict;
    } rows[] = {
        {{true, false, false, CHANNEL_EMAIL, &email}, CHANGE_ACCEPTED},
        {{true, false, false, CHANNEL_PHONE, &phone}, CHANGE_ACCEPTED},
        {{false, false, false, CHANNEL_EMAIL, &email}, CHANGE_NOT_OWNER},
        {{true, false, false, CHANNEL_PHONE, &email}, CHANGE_UNVERIFIED},
        {{true, false, false, CHANNEL_EMAIL, &phone}, CHANGE_UNVERIFIED},
        {{true, true, false, CHANNEL_EMAIL, &email}, CHANGE_OTHER_UNVERIFIED},
        {{true, true, false, CHANNEL_PHONE, &phone}, CHANGE_OTHER_UNVERIFIED},
        {{true, true, false, CHANNEL_EMAIL, &both}, CHANGE_ACCEPTED},
        {{true, false, true, CHANNEL_EMAIL, &email}, CHANGE_SAME},
        {{false, true, true, CHANNEL_PHONE, &email}, CHANGE_NOT_OWNER}, /* the first is told */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(contact_change_start_decide(&rows[i].start, &none, NOW), rows[i].verdict);
    assert_string_equal(contact_change_refusal(CHANGE_NOT_OWNER)->reason, "OWNER_ONLY");
    assert_string_equal(contact_change_refusal(CHANGE_WAITS)->reason, "CONTACT_CHANGE_WAITS");
}

static void five_begin_a_day(void **state)
{
    (void)state;
    static const struct account email = {.email_verified = true};
    static const struct contact_change_start start = {true, false, false, CHANNEL_EMAIL, &email};
    struct contact_change last = {.exists = false};
    for (int64_t i = 0; i < CONTACT_CHANGES_DAY_MAX; i++) {
        assert_int_equal(contact_change_start_decide(&start, &last, NOW + i), CHANGE_ACCEPTED);
        last = contact_change_started(&last, NOW + i);
        assert_int_equal(last.starts, i + 1);
    }
    assert_int_equal(contact_change_start_decide(&start, &last, NOW + DAY - 1), CHANGE_LIMIT);
    assert_int_equal(contact_change_start_decide(&start, &last, NOW + DAY), CHANGE_ACCEPTED);
    last = contact_change_started(&last, NOW + DAY);
    assert_int_equal(last.starts, 1);
    assert_int_equal(last.starts_since_us, NOW + DAY);
}

static void what_waits_is_done_after_72_hours_and_within_14_days(void **state)
{
    (void)state;
    static const struct {
        struct contact_change change;
        bool is_it;
        int64_t now_us;
        enum contact_change_verdict verdict;
    } rows[] = {
        {{.exists = false}, true, NOW, CHANGE_NOT_FOUND},
        {{.exists = true}, true, NOW, CHANGE_ACCEPTED},
        {{.exists = true}, false, NOW, CHANGE_NOT_FOUND},
        {{.exists = true, .ended = true}, true, NOW, CHANGE_NOT_FOUND},
        {{.exists = true, .confirmed_us = NOW}, true, NOW + 72 * HOUR - 1, CHANGE_WAITS},
        {{.exists = true, .confirmed_us = NOW}, true, NOW + 72 * HOUR, CHANGE_ACCEPTED},
        {{.exists = true, .confirmed_us = NOW}, true, NOW + 14 * DAY - 1, CHANGE_ACCEPTED},
        {{.exists = true, .confirmed_us = NOW}, true, NOW + 14 * DAY, CHANGE_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            contact_change_confirm_decide(&rows[i].change, rows[i].is_it, rows[i].now_us),
            rows[i].verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_begins_by_the_owner_for_what_is_verified),
        cmocka_unit_test(five_begin_a_day),
        cmocka_unit_test(what_waits_is_done_after_72_hours_and_within_14_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
