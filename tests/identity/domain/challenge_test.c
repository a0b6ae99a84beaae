/* Codes: when one may be sent and which guesses count (ID-05, ID-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/challenge.h"

#define NOW INT64_C(1800000000000000)
#define SECOND INT64_C(1000000)

static const struct challenge none = {.exists = false};
static const struct challenge sent = {
    .exists = true, .sent_us = NOW, .expires_us = NOW + CODE_LIFETIME_US};

static struct challenge guessed(int64_t guesses)
{
    struct challenge challenge = sent;
    challenge.guesses = guesses;
    return challenge;
}

static struct challenge used(void)
{
    struct challenge challenge = sent;
    challenge.used = true;
    return challenge;
}

static void a_code_may_be_sent(void **state)
{
    (void)state;
    const struct {
        struct challenge last;
        struct destination_sends sends;
        int64_t after_us;
        enum challenge_send_verdict verdict;
    } rows[] = {
        {none, {0, 0, 0}, 0, SEND_ACCEPTED},
        {used(), {0, 0, 0}, 3600 * SECOND, SEND_ALREADY_VERIFIED},
        {guessed(4), {1, 1, 0}, 60 * SECOND, SEND_ACCEPTED},
        {guessed(5), {1, 1, 0}, 60 * SECOND, SEND_LOCKED},
        {guessed(5), {1, 1, 0}, CODE_LIFETIME_US - 1, SEND_LOCKED},
        {guessed(5), {1, 1, 0}, CODE_LIFETIME_US, SEND_ACCEPTED},
        {sent, {1, 1, 0}, 60 * SECOND - 1, SEND_TOO_SOON},
        {sent, {1, 1, 0}, 60 * SECOND, SEND_ACCEPTED},
        {none, {19, 19, 0}, 0, SEND_ACCEPTED},
        {none, {20, 20, 0}, 0, SEND_LIMIT_SHORT},
        {none, {0, 299, 0}, 0, SEND_ACCEPTED},
        {none, {0, 300, 0}, 0, SEND_LIMIT_LONG},
        {none, {20, 300, 0}, 0, SEND_LIMIT_SHORT},
        {guessed(5), {20, 300, 0}, 0, SEND_LOCKED},
        {none, {4, 4, 4}, 0, SEND_ACCEPTED}, /* S10 */
        {none, {5, 5, 5}, 0, SEND_LIMIT_MINUTE},
        {none, {20, 20, 5}, 0, SEND_LIMIT_SHORT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            challenge_send_decide(&rows[i].last, &rows[i].sends, NOW + rows[i].after_us),
            rows[i].verdict);
}

static void who_is_refused_is_told_how_long_to_wait(void **state)
{
    (void)state;
    assert_int_equal(challenge_send_wait_ms(SEND_TOO_SOON, &sent, NOW + 1), 60000);
    assert_int_equal(challenge_send_wait_ms(SEND_TOO_SOON, &sent, NOW + 60 * SECOND - 1), 1);
    assert_int_equal(challenge_send_wait_ms(SEND_LOCKED, &sent, NOW + 60 * SECOND), 540000);
    assert_int_equal(challenge_send_wait_ms(SEND_LIMIT_MINUTE, &none, NOW), 60000);
    assert_int_equal(challenge_send_wait_ms(SEND_LIMIT_SHORT, &none, NOW), 300000);
    assert_int_equal(challenge_send_wait_ms(SEND_LIMIT_LONG, &none, NOW), 86400000);
}

/* Resending buys no guesses while the code lives; an expired challenge begins anew. */
static void a_new_code_keeps_the_guesses_of_a_live_one(void **state)
{
    (void)state;
    struct challenge last = guessed(4);
    assert_int_equal(challenge_sent(&last, NOW + CODE_LIFETIME_US - 1).guesses, 4);
    assert_int_equal(challenge_sent(&last, NOW + CODE_LIFETIME_US).guesses, 0);
    assert_int_equal(challenge_sent(&none, NOW).guesses, 0);
    assert_int_equal(challenge_sent(&none, NOW).expires_us, NOW + 600 * SECOND);
}

static void a_guess_is_judged(void **state)
{
    (void)state;
    const struct {
        struct challenge challenge;
        struct guess guess;
        int64_t after_us;
        enum challenge_guess_verdict verdict;
    } rows[] = {
        {sent, {true, false, true}, 0, GUESS_ACCEPTED},
        {sent, {true, false, true}, CODE_LIFETIME_US - 1, GUESS_ACCEPTED},
        {sent, {true, false, true}, CODE_LIFETIME_US, GUESS_EXPIRED},
        {sent, {true, false, false}, 0, GUESS_WRONG},
        {sent, {false, false, false}, 0, GUESS_LOCKED},
        {used(), {false, false, false}, 0, GUESS_USED},
        {used(), {true, false, true}, 0, GUESS_USED},
        {used(), {false, false, false}, CODE_LIFETIME_US, GUESS_USED},
        {sent, {false, false, false}, CODE_LIFETIME_US, GUESS_EXPIRED},
        {none, {false, false, false}, 0, GUESS_EXPIRED},
        {sent,
         {true, true, true},
         0,
         GUESS_ACCEPTED}, /* S9: strangers spent the destination's budget */
        {sent, {true, true, false}, 0, GUESS_LOCKED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            challenge_guess_decide(&rows[i].challenge, &rows[i].guess, NOW + rows[i].after_us),
            rows[i].verdict);
}

static void every_refusal_has_its_reason(void **state)
{
    (void)state;
    assert_string_equal(challenge_send_refusal(SEND_TOO_SOON)->reason, "CODE_TOO_SOON");
    assert_string_equal(challenge_guess_refusal(GUESS_WRONG)->reason, "CODE_WRONG");
    assert_int_equal(challenge_guess_refusal(GUESS_LOCKED)->code, CODE_RESOURCE_EXHAUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_may_be_sent),
        cmocka_unit_test(who_is_refused_is_told_how_long_to_wait),
        cmocka_unit_test(a_new_code_keeps_the_guesses_of_a_live_one),
        cmocka_unit_test(a_guess_is_judged),
        cmocka_unit_test(every_refusal_has_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
