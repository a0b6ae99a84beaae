/* ID-08, ID-18: which decisions an account's owner is told, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/review_notice.h"

static void every_decision_has_its_sentence_and_nothing_else_has(void **state)
{
    (void)state;
    static const struct {
        enum account_type of;
        enum review_state state;
        const char *sentence;
    } rows[] = {
        {ACCOUNT_TYPE_CORPORATE, REVIEW_SUBMITTED, NULL},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_IN_REVIEW, NULL},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_VERIFIED,
         "The company of your Kontor account is verified."},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_REJECTED,
         "The company that you submitted for your Kontor account was rejected."},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_REVOKED,
         "The verification of your Kontor account's company was revoked."},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_EXPIRED, NULL},
        {ACCOUNT_TYPE_CORPORATE, REVIEW_SUPERSEDED, NULL},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_SUBMITTED, NULL},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_IN_REVIEW, NULL},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_VERIFIED,
         "The real name of your Kontor account is verified."},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_REJECTED,
         "The real name that you submitted for your Kontor account was rejected."},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_REVOKED,
         "The verification of your Kontor account's real name was revoked."},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_EXPIRED,
         "The document by which the real name of your Kontor account was verified has expired. "
         "Submit the next one."},
        {ACCOUNT_TYPE_INDIVIDUAL, REVIEW_SUPERSEDED, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *sentence = review_sentence(rows[i].of, rows[i].state);
        if (rows[i].sentence == NULL)
            assert_null(sentence);
        else
            assert_string_equal(sentence, rows[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_decision_has_its_sentence_and_nothing_else_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
