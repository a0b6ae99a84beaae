/* An answer means: done, refused, limited, not done, or not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/load/door.h"

static void each_answer_has_its_meaning(void **state)
{
    (void)state;
    static const struct {
        enum failure failure;
        enum code code;
        const char *reason;
        enum outcome outcome;
        bool is_known;
        const char *text;
    } rows[] = {
        {FAILURE_NONE, CODE_OK, "", OUTCOME_SUCCEEDED, true, "OK"},
        {FAILURE_NONE, CODE_FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE", OUTCOME_REFUSED, true,
         "FAILED_PRECONDITION EXCEEDS_TRANSFERABLE"},
        {FAILURE_NONE, CODE_UNAUTHENTICATED, "SESSION_ENDED", OUTCOME_REFUSED, true,
         "UNAUTHENTICATED SESSION_ENDED"},
        {FAILURE_NONE, CODE_RESOURCE_EXHAUSTED, "RATE_LIMITED", OUTCOME_LIMITED, true,
         "RESOURCE_EXHAUSTED RATE_LIMITED"},
        {FAILURE_UNAVAILABLE, CODE_RESOURCE_EXHAUSTED, "OVERLOADED", OUTCOME_LIMITED, true,
         "RESOURCE_EXHAUSTED OVERLOADED"},
        {FAILURE_UNAVAILABLE, CODE_UNAVAILABLE, "UNAVAILABLE", OUTCOME_FAILED, true,
         "UNAVAILABLE UNAVAILABLE"},
        {FAILURE_LOCKED, CODE_UNAVAILABLE, "LOCKED", OUTCOME_FAILED, true, "UNAVAILABLE LOCKED"},
        {FAILURE_INDEFINITE, CODE_UNAVAILABLE, "INDEFINITE", OUTCOME_FAILED, false,
         "UNAVAILABLE INDEFINITE"},
        {FAILURE_INDEFINITE, CODE_RESOURCE_EXHAUSTED, "RATE_LIMITED", OUTCOME_FAILED, false,
         "RESOURCE_EXHAUSTED RATE_LIMITED"},
        {FAILURE_DEADLINE, CODE_DEADLINE_EXCEEDED, "", OUTCOME_FAILED, false, "DEADLINE_EXCEEDED"},
        {FAILURE_CANCELLED, CODE_OK, "", OUTCOME_FAILED, false, "FAILURE_CANCELLED"},
        {FAILURE_INTERNAL, CODE_INTERNAL, "", OUTCOME_FAILED, false, "INTERNAL"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct rpc_status status = {.code = rows[i].code, .reason = rows[i].reason};
        struct heard heard = door_hear(rows[i].failure, &status, true);
        assert_int_equal(heard.outcome, rows[i].outcome);
        assert_int_equal(heard.is_known, rows[i].is_known);
        assert_string_equal(heard.text, rows[i].text);
        assert_true(door_hear(rows[i].failure, &status, false).is_known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_answer_has_its_meaning)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
