/* ID-28: the channels that a sign-up may come by, and their codes at both sides of each bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/entry.h"

static void a_sign_up_comes_by_one_of_three_channels(void **state)
{
    (void)state;
    assert_int_equal(entry_channel_of(ENTRY_NONE), ENTRY_DIRECT);
    assert_int_equal(entry_channel_of(ENTRY_PARTNER), ENTRY_PARTNER);
    assert_int_equal(entry_channel_fault(ENTRY_DIRECT), FAULT_NONE);
    assert_int_equal(entry_channel_fault(ENTRY_PARTNER), FAULT_NONE);
    assert_int_equal(entry_channel_fault(ENTRY_UPGRADE), FAULT_UNKNOWN_VALUE);
    assert_int_equal(entry_channel_fault((enum entry_channel)9), FAULT_UNKNOWN_VALUE);
    assert_string_equal(entry_channel_name(ENTRY_REFERRAL), "REFERRAL");
}

static void referrals_and_partners_have_a_code(void **state)
{
    (void)state;
    static const struct {
        enum entry_channel channel;
        const char *campaign;
        enum fault fault;
    } rows[] = {
        {ENTRY_DIRECT, "", FAULT_NONE},
        {ENTRY_DIRECT, "x", FAULT_MALFORMED},
        {ENTRY_REFERRAL, "", FAULT_REQUIRED},
        {ENTRY_REFERRAL, "x", FAULT_NONE},
        {ENTRY_PARTNER, "Spring-2027_a.b", FAULT_NONE},
        {ENTRY_PARTNER, "spring 2027", FAULT_MALFORMED},
        {ENTRY_REFERRAL, "1234567890123456789012345678901234567890123456789012345678901234",
         FAULT_NONE},
        {ENTRY_REFERRAL, "12345678901234567890123456789012345678901234567890123456789012345",
         FAULT_TOO_LONG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct entry entry = {rows[i].channel, rows[i].campaign};
        assert_int_equal(campaign_fault(&entry), rows[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sign_up_comes_by_one_of_three_channels),
        cmocka_unit_test(referrals_and_partners_have_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
