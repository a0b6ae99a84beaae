/* S10: how many messages with codes may be sent, by who makes us send them, and in money. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "identity/domain/text_limit.h"

static const struct text_budget budget = {50000, 100000000, 1000000000};

/* Written down once more, so that a number that is changed is changed twice. */
static const struct {
    const char *of;
    int64_t max;
    int64_t minutes;
} expected[] = {
    {"EMAIL_OF_SOURCE", 200, 60},   {"PHONE_OF_SOURCE", 10, 10},    {"PHONE_OF_SOURCE", 40, 1440},
    {"EMAIL_OF_ACCOUNT", 20, 1440}, {"PHONE_OF_ACCOUNT", 10, 1440}, {"PHONE_OF_BLOCK", 50, 60},
    {"PHONE_OF_COUNTRY", 500, 60},  {"PHONE_OF_ALL", 2000, 60},     {"PHONE_OF_ALL", 20000, 1440},
};

static void every_limit_refuses_at_its_boundary(void **state)
{
    (void)state;
    assert_int_equal(TEXT_LIMIT_COUNT, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < TEXT_LIMIT_COUNT; i++) {
        int64_t sent[TEXT_LIMIT_COUNT] = {0};
        size_t reached = TEXT_LIMIT_COUNT;
        assert_string_equal(text_subject_name(text_limits[i].subject), expected[i].of);
        assert_int_equal(text_limits[i].window_us, expected[i].minutes * TEXT_MINUTE_US);
        sent[i] = expected[i].max - 1;
        assert_int_equal(text_decide(sent, &budget, &reached), TEXT_ACCEPTED);
        sent[i] = expected[i].max;
        assert_int_equal(text_decide(sent, &budget, &reached), TEXT_TOO_MANY);
        assert_int_equal(reached, i);
    }
}

static void what_costs_nothing_has_no_budget(void **state)
{
    (void)state;
    const struct text_budget free_of_charge = {0, 0, 0};
    int64_t sent[TEXT_LIMIT_COUNT] = {0};
    size_t reached;
    sent[TEXT_LIMIT_COUNT - 1] = INT64_MAX - 1;
    assert_int_equal(text_decide(sent, &free_of_charge, &reached), TEXT_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_refuses_at_its_boundary),
        cmocka_unit_test(what_costs_nothing_has_no_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
