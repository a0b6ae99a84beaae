/* Code challenges: six digits sent to a contact, to be typed back (ID-05, ID-11). A challenge
 * belongs to one sign-up or account and one destination; a new code replaces the one before it but
 * keeps the count of guesses, so that resending buys no guesses. */
#ifndef IDENTITY_DOMAIN_CHALLENGE_H
#define IDENTITY_DOMAIN_CHALLENGE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

/* ID-11 */
#define CODE_DIGITS 6
#define CODE_LIMIT 1000000
#define CODE_LIFETIME_US (INT64_C(10) * 60 * 1000000)
#define CODE_GUESSES_MAX 5
#define CODE_RESEND_US (INT64_C(60) * 1000000)
#define DESTINATION_SENDS_MINUTE_MAX 5 /* S10, over all sign-ups */
#define DESTINATION_SENDS_MINUTE_US (INT64_C(60) * 1000000)
#define DESTINATION_SENDS_SHORT_MAX 20
#define DESTINATION_SENDS_SHORT_US (INT64_C(5) * 60 * 1000000)
#define DESTINATION_SENDS_LONG_MAX 300
#define DESTINATION_SENDS_LONG_US (INT64_C(24) * 3600 * 1000000)
/* Over all challenges to one destination. When strangers have spent it, the first guess at each
 * code is still looked at; a wrong one is answered like a guess that is not looked at. So nobody is
 * locked out of their own sign-up (S9), and a destination sees at most DESTINATION_GUESSES_MAX +
 * DESTINATION_SENDS_LONG_MAX = 320 guesses a day. */
#define DESTINATION_GUESSES_MAX 20
#define DESTINATION_GUESSES_US (INT64_C(24) * 3600 * 1000000)

#define CHALLENGE_SEND_REFUSALS(X)                                                \
    X(SEND_ALREADY_VERIFIED, NEVER, CODE_FAILED_PRECONDITION, "ALREADY_VERIFIED", \
      "This contact is verified already.")                                        \
    X(SEND_LOCKED, NEVER, CODE_RESOURCE_EXHAUSTED, "CODE_LOCKED",                 \
      "Too many wrong codes; wait until the last code has expired.")              \
    X(SEND_TOO_SOON, NEVER, CODE_RESOURCE_EXHAUSTED, "CODE_TOO_SOON",             \
      "A code was sent less than a minute ago.")                                  \
    X(SEND_LIMIT_MINUTE, NOT_YET, CODE_RESOURCE_EXHAUSTED, "RATE_LIMITED",        \
      "Too many codes at once were asked for to this contact.")                   \
    X(SEND_LIMIT_SHORT, NEVER, CODE_RESOURCE_EXHAUSTED, "CODE_LIMIT",             \
      "Too many codes were sent to this contact; try again in minutes.")          \
    X(SEND_LIMIT_LONG, NEVER, CODE_RESOURCE_EXHAUSTED, "CODE_LIMIT",              \
      "Too many codes were sent to this contact today; try again tomorrow.")

enum challenge_send_verdict { SEND_ACCEPTED = 0, CHALLENGE_SEND_REFUSALS(REFUSAL_ENUM) };

#define CHALLENGE_GUESS_REFUSALS(X)                                                           \
    X(GUESS_USED, NEVER, CODE_FAILED_PRECONDITION, "CODE_USED", "The code was used already.") \
    X(GUESS_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "CODE_EXPIRED",                         \
      "The code has expired; ask for a new one.")                                             \
    X(GUESS_LOCKED, NEVER, CODE_RESOURCE_EXHAUSTED, "CODE_LOCKED",                            \
      "Too many wrong codes; wait until the last code has expired.")                          \
    X(GUESS_WRONG, NEVER, CODE_INVALID_ARGUMENT, "CODE_WRONG", "The code is wrong.")

enum challenge_guess_verdict { GUESS_ACCEPTED = 0, CHALLENGE_GUESS_REFUSALS(REFUSAL_ENUM) };

struct challenge {
    bool exists;
    bool used;
    int64_t sent_us;
    int64_t expires_us;
    int64_t guesses;
};

/* Codes lately sent to one destination, by any sign-up or account, without the one in question. */
struct destination_sends {
    int64_t short_count;  /* within DESTINATION_SENDS_SHORT_US */
    int64_t long_count;   /* within DESTINATION_SENDS_LONG_US */
    int64_t minute_count; /* within DESTINATION_SENDS_MINUTE_US */
};

struct guess {
    bool counted;
    bool late;
    bool matches;
};

/* May a code be sent now? last is the latest challenge of the same sign-up or account to the same
 * destination. */
enum challenge_send_verdict challenge_send_decide(const struct challenge *last,
                                                  const struct destination_sends *sends,
                                                  int64_t now_us);

/* How long to wait after a refusal to send, at least 1 ms. */
int64_t challenge_send_wait_ms(enum challenge_send_verdict verdict, const struct challenge *last,
                               int64_t now_us);

/* The challenge after sending: a live one keeps its guesses, an expired one begins anew. */
struct challenge challenge_sent(const struct challenge *last, int64_t now_us);

/* Judges a guess. counted: the guess was counted, in a transaction that is committed, before the
 * code was looked at, so that neither parallel guesses nor a rollback win a sixth (ID-11). matches
 * is only asked for when counted. late: the destination's budget was spent before; a wrong guess
 * then says nothing of the code. */
enum challenge_guess_verdict challenge_guess_decide(const struct challenge *challenge,
                                                    const struct guess *guess, int64_t now_us);

const struct refusal *challenge_send_refusal(enum challenge_send_verdict verdict);
const struct refusal *challenge_guess_refusal(enum challenge_guess_verdict verdict);

#endif
