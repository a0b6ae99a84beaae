/* S5: how often cards may be tried, by account, card, principal and source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "payments/domain/attempt_limit.h"

#define HOUR 1
#define DAY 24

/* Written down once more, so that a number that is changed is changed twice. */
static const struct {
    enum attempt_action action;
    const char *of;
    const char *counted;
    int64_t max;
    int64_t hours;
} expected[] = {
    {ATTEMPT_ADD_CARD, "ACCOUNT", "REFUSED", 10, HOUR},
    {ATTEMPT_ADD_CARD, "ACCOUNT", "ALL", 20, DAY},
    {ATTEMPT_ADD_CARD, "CARD", "REFUSED", 5, DAY},
    {ATTEMPT_ADD_CARD, "CARD", "ALL", 10, DAY},
    {ATTEMPT_ADD_CARD, "PRINCIPAL", "REFUSED", 20, DAY},
    {ATTEMPT_ADD_CARD, "PRINCIPAL", "ALL", 40, DAY},
    {ATTEMPT_ADD_CARD, "SOURCE", "REFUSED", 100, HOUR},
    {ATTEMPT_ADD_CARD, "SOURCE", "ALL", 1000, DAY},
    {ATTEMPT_CHARGE_CARD, "ACCOUNT", "REFUSED", 10, HOUR},
    {ATTEMPT_CHARGE_CARD, "ACCOUNT", "ALL", 20, HOUR},
    {ATTEMPT_CHARGE_CARD, "CARD", "REFUSED", 10, DAY},
    {ATTEMPT_CHARGE_CARD, "PRINCIPAL", "REFUSED", 20, DAY},
    {ATTEMPT_CHARGE_CARD, "PRINCIPAL", "ALL", 60, HOUR},
    {ATTEMPT_CHARGE_CARD, "SOURCE", "REFUSED", 100, HOUR},
    {ATTEMPT_CHARGE_CARD, "SOURCE", "ALL", 1000, DAY},
};

static void every_limit_refuses_at_its_boundary(void **state)
{
    (void)state;
    assert_int_equal(ATTEMPT_LIMIT_COUNT, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < ATTEMPT_LIMIT_COUNT; i++) {
        struct attempt_seen seen[ATTEMPT_LIMIT_COUNT] = {{0}};
        size_t reached = ATTEMPT_LIMIT_COUNT;
        assert_string_equal(attempt_subject_name(attempt_limits[i].subject), expected[i].of);
        assert_string_equal(attempt_counts_name(attempt_limits[i].counts), expected[i].counted);
        assert_int_equal(attempt_limits[i].window_us, expected[i].hours * 3600 * INT64_C(1000000));
        seen[i].count = expected[i].max - 1;
        assert_int_equal(attempt_decide(expected[i].action, seen, &reached), ATTEMPT_ACCEPTED);
        seen[i].count = expected[i].max;
        assert_int_equal(attempt_decide(expected[i].action, seen, &reached), ATTEMPT_TOO_MANY);
        assert_int_equal(reached, i);
        enum attempt_action other =
            expected[i].action == ATTEMPT_ADD_CARD ? ATTEMPT_CHARGE_CARD : ATTEMPT_ADD_CARD;
        assert_int_equal(attempt_decide(other, seen, &reached), ATTEMPT_ACCEPTED);
    }
}

static void the_wait_ends_when_the_oldest_does_not_count(void **state)
{
    (void)state;
    const struct attempt_limit *limit = &attempt_limits[0];
    const struct attempt_seen seen = {10, 5000000};
    assert_int_equal(attempt_wait_ms(limit, &seen, 5000000), 3600 * 1000);
    assert_int_equal(attempt_wait_ms(limit, &seen, 5000000 + ATTEMPT_HOUR_US - 1), 1);
    assert_int_equal(attempt_wait_ms(limit, &seen, 5000000 + 2 * ATTEMPT_HOUR_US), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_refuses_at_its_boundary),
        cmocka_unit_test(the_wait_ends_when_the_oldest_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
