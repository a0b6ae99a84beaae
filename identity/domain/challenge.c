#include "identity/domain/challenge.h"

#include <assert.h>

static const struct refusal send_refusals[] = {CHALLENGE_SEND_REFUSALS(REFUSAL_ROW)};
static const struct refusal guess_refusals[] = {CHALLENGE_GUESS_REFUSALS(REFUSAL_ROW)};

static bool challenge_is_live(const struct challenge *challenge, int64_t now_us)
{
    assert(!challenge->exists || challenge->sent_us <= challenge->expires_us);
    return challenge->exists && now_us < challenge->expires_us;
}

enum challenge_send_verdict challenge_send_decide(const struct challenge *last,
                                                  const struct destination_sends *sends,
                                                  int64_t now_us)
{
    assert(sends->minute_count >= 0 && sends->short_count >= 0 && sends->long_count >= 0);
    if (last->exists && last->used)
        return SEND_ALREADY_VERIFIED;
    if (challenge_is_live(last, now_us) && last->guesses >= CODE_GUESSES_MAX)
        return SEND_LOCKED;
    if (last->exists && now_us < last->sent_us + CODE_RESEND_US)
        return SEND_TOO_SOON;
    if (sends->short_count >= DESTINATION_SENDS_SHORT_MAX)
        return SEND_LIMIT_SHORT;
    if (sends->long_count >= DESTINATION_SENDS_LONG_MAX)
        return SEND_LIMIT_LONG;
    if (sends->minute_count >= DESTINATION_SENDS_MINUTE_MAX)
        return SEND_LIMIT_MINUTE;
    return SEND_ACCEPTED;
}

int64_t challenge_send_wait_ms(enum challenge_send_verdict verdict, const struct challenge *last,
                               int64_t now_us)
{
    int64_t until_us = now_us;
    switch (verdict) {
    case SEND_LOCKED:
        until_us = last->expires_us;
        break;
    case SEND_TOO_SOON:
        until_us = last->sent_us + CODE_RESEND_US;
        break;
    case SEND_LIMIT_MINUTE:
        until_us = now_us + DESTINATION_SENDS_MINUTE_US;
        break;
    case SEND_LIMIT_SHORT:
        until_us = now_us + DESTINATION_SENDS_SHORT_US;
        break;
    case SEND_LIMIT_LONG:
        until_us = now_us + DESTINATION_SENDS_LONG_US;
        break;
    case SEND_ACCEPTED:
    case SEND_ALREADY_VERIFIED:
        break;
    }
    int64_t wait_ms = until_us > now_us ? (until_us - now_us + 999) / 1000 : 1;
    assert(wait_ms > 0);
    return wait_ms;
}

struct challenge challenge_sent(const struct challenge *last, int64_t now_us)
{
    assert(!last->used);
    return (struct challenge){.exists = true,
                              .sent_us = now_us,
                              .expires_us = now_us + CODE_LIFETIME_US,
                              .guesses = challenge_is_live(last, now_us) ? last->guesses : 0};
}

enum challenge_guess_verdict challenge_guess_decide(const struct challenge *challenge,
                                                    const struct guess *guess, int64_t now_us)
{
    assert(guess->counted || !guess->matches);
    if (challenge->used)
        return GUESS_USED;
    if (!challenge_is_live(challenge, now_us))
        return GUESS_EXPIRED;
    if (!guess->counted || (guess->late && !guess->matches)) /* S9 */
        return GUESS_LOCKED;
    return guess->matches ? GUESS_ACCEPTED : GUESS_WRONG;
}

const struct refusal *challenge_send_refusal(enum challenge_send_verdict verdict)
{
    assert(verdict > SEND_ACCEPTED &&
           (size_t)verdict <= sizeof send_refusals / sizeof *send_refusals);
    return &send_refusals[verdict - 1];
}

const struct refusal *challenge_guess_refusal(enum challenge_guess_verdict verdict)
{
    assert(verdict > GUESS_ACCEPTED &&
           (size_t)verdict <= sizeof guess_refusals / sizeof *guess_refusals);
    return &guess_refusals[verdict - 1];
}
