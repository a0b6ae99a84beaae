/* ID-08, ID-18: what becomes of a submission by what a verifier answered: a verdict follows from a
 * verdict alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/verification.h"

static void a_verdict_follows_from_a_verdict_alone(void **state)
{
    (void)state;
    static const struct {
        enum verification_answer answer;
        int64_t tries;
        bool waits;
        enum review_event event;
    } rows[] = {
        {VERIFICATION_YES, 1, false, REVIEW_APPROVAL},
        {VERIFICATION_YES, 5, false, REVIEW_APPROVAL},
        {VERIFICATION_NO, 1, false, REVIEW_REJECTION},
        {VERIFICATION_NO, 9, false, REVIEW_REJECTION},
        {VERIFICATION_PEOPLE, 1, false, REVIEW_REFERRAL},
        {VERIFICATION_UNKNOWN, 1, false, REVIEW_REFERRAL}, /* a time-out is no verdict */
        {VERIFICATION_NOT_ASKED, 1, true, REVIEW_REFERRAL},
        {VERIFICATION_NOT_ASKED, 4, true, REVIEW_REFERRAL},
        {VERIFICATION_NOT_ASKED, 5, false, REVIEW_REFERRAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct verification_step step = verification_decide(rows[i].answer, rows[i].tries);
        assert_int_equal(step.waits, rows[i].waits);
        assert_int_equal(step.event, rows[i].event);
    }
}

static void pauses_grow(void **state)
{
    (void)state;
    assert_int_equal(verification_pause_us(1), 15000000);
    assert_int_equal(verification_pause_us(4), 60000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_follows_from_a_verdict_alone),
        cmocka_unit_test(pauses_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
