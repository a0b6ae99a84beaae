/* LED-19: what an override needs, each boundary from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/domain/override.h"

#define NOW INT64_C(1800000000000000)

static const struct id one = {{1}}, other = {{2}}, nobody = {{0}};

static void an_override_takes_two_a_time_and_an_account(void **state)
{
    (void)state;
    static const int64_t hour = INT64_C(3600000000);
    const struct {
        struct override_facts facts;
        enum override_verdict verdict;
    } rows[] = {
        {{one, other, ACCOUNT_ACTIVE, NOW + hour, NOW}, OVERRIDE_GRANTED},
        {{one, other, ACCOUNT_FROZEN, NOW + hour, NOW}, OVERRIDE_GRANTED},
        {{one, nobody, ACCOUNT_ACTIVE, NOW + hour, NOW}, OVERRIDE_UNAPPROVED},
        {{nobody, other, ACCOUNT_ACTIVE, NOW + hour, NOW}, OVERRIDE_UNAPPROVED},
        {{nobody, nobody, ACCOUNT_ACTIVE, NOW + hour, NOW}, OVERRIDE_UNAPPROVED},
        {{one, nobody, ACCOUNT_CLOSED, NOW + hour, NOW}, OVERRIDE_CLOSED},
        {{one, nobody, ACCOUNT_ACTIVE, NOW, NOW}, OVERRIDE_PAST},
        {{one, nobody, ACCOUNT_ACTIVE, NOW + OVERRIDE_US_MAX, NOW}, OVERRIDE_UNAPPROVED},
        {{one, nobody, ACCOUNT_ACTIVE, NOW + OVERRIDE_US_MAX + 1, NOW}, OVERRIDE_TOO_LONG},
        {{one, one, ACCOUNT_ACTIVE, NOW + hour, NOW}, OVERRIDE_BY_ONE},
        {{one, one, ACCOUNT_CLOSED, NOW, NOW}, OVERRIDE_BY_ONE},
        {{one, other, ACCOUNT_CLOSED, NOW + hour, NOW}, OVERRIDE_CLOSED},
        {{one, other, ACCOUNT_ACTIVE, NOW + 1, NOW}, OVERRIDE_GRANTED},
        {{one, other, ACCOUNT_ACTIVE, NOW, NOW}, OVERRIDE_PAST},
        {{one, other, ACCOUNT_ACTIVE, NOW - 1, NOW}, OVERRIDE_PAST},
        {{one, other, ACCOUNT_ACTIVE, NOW + OVERRIDE_US_MAX, NOW}, OVERRIDE_GRANTED},
        {{one, other, ACCOUNT_ACTIVE, NOW + OVERRIDE_US_MAX + 1, NOW}, OVERRIDE_TOO_LONG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(override_decide(&rows[i].facts), rows[i].verdict);
}

static void what_time_ended_nobody_did(void **state)
{
    (void)state;
    assert_false(override_was_ended(NOW, 0));
    assert_true(override_was_ended(NOW, NOW - 1));
    assert_false(override_was_ended(NOW, NOW));
    assert_false(override_was_ended(NOW, NOW + 1));
}

static void every_no_has_its_word(void **state)
{
    (void)state;
    for (int verdict = OVERRIDE_BY_ONE; verdict <= OVERRIDE_UNAPPROVED; verdict++) {
        const struct refusal *refusal = override_refusal((enum override_verdict)verdict);
        assert_true(refusal->reason[0] != '\0');
        assert_int_equal(refusal->kind, verdict == OVERRIDE_UNAPPROVED ? NOT_YET : NEVER);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_takes_two_a_time_and_an_account),
        cmocka_unit_test(what_time_ended_nobody_did),
        cmocka_unit_test(every_no_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
