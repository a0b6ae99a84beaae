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

static void people_are_told_of_their_factors(void **state)
{
    (void)state;
    assert_non_null(security_event_sentence(SECURITY_FACTOR_ADDED));
    assert_null(security_event_sentence(SECURITY_LOG_IN));
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
        cmocka_unit_test(people_are_told_of_their_factors),
        cmocka_unit_test(an_hour_begins_at_its_first_microsecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
