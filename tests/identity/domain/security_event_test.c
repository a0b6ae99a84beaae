/* Security events: their names, whom they are told, and the hour of a failed log-in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/security_event.h"

#define HOUR (INT64_C(3600) * 1000000)

static void a_kind_is_found_by_its_name(void **state)
{
    (void)state;
    for (int kind = SECURITY_LOG_IN; kind <= SECURITY_CONTACT_CHANGED; kind++)
        assert_int_equal(security_event_find(security_event_name((enum security_event_kind)kind)),
                         kind);
    assert_string_equal(security_event_name(SECURITY_LOG_IN_FAILED), "LOG_IN_FAILED");
    assert_int_equal(security_event_find("OF_A_LATER_RELEASE"), SECURITY_NONE);
    assert_int_equal(security_event_find(""), SECURITY_NONE);
}

static void of_some_things_people_have_a_notice_when_others_did_them_alone(void **state)
{
    (void)state;
    static const struct {
        enum security_event_kind kind;
        bool of_ones_own, of_others;
    } rows[] = {
        {SECURITY_LOG_IN, false, false},       {SECURITY_LOG_IN_FAILED, false, false},
        {SECURITY_FACTOR_ADDED, true, true},   {SECURITY_PASSWORD_RESET, true, true},
        {SECURITY_ROLE_GIVEN, false, true},    {SECURITY_MEMBER_REMOVED, false, true},
        {SECURITY_SESSION_ENDED, false, true}, {SECURITY_LOOK_OPENED, false, true},
        {SECURITY_FREEZE_LAPSED, true, true},  {SECURITY_SESSION_REFUSED, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(security_event_sentence(rows[i].kind, false) != NULL, rows[i].of_ones_own);
        assert_int_equal(security_event_sentence(rows[i].kind, true) != NULL, rows[i].of_others);
    }
}

static void an_hour_begins_at_its_first_microsecond(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{0, 0},
                                      {HOUR - 1, 0},
                                      {HOUR, HOUR},
                                      {500000 * HOUR + 1, 500000 * HOUR},
                                      {500001 * HOUR - 1, 500000 * HOUR}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(security_hour_us(rows[i][0]), rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_is_found_by_its_name),
        cmocka_unit_test(of_some_things_people_have_a_notice_when_others_did_them_alone),
        cmocka_unit_test(an_hour_begins_at_its_first_microsecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
