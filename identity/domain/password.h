/* The password policy (ID-33): long, hard to guess, not a repetition, not made of the e-mail
 * address. No classes of characters are asked for; length and what is known of the passwords that
 * people choose do better (NIST SP 800-63B-4). */
#ifndef IDENTITY_DOMAIN_PASSWORD_H
#define IDENTITY_DOMAIN_PASSWORD_H

#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"

#define PASSWORD_CHARACTERS_MIN 15 /* the only factor: at least 15 (NIST SP 800-63B-4) */
#define PASSWORD_CHARACTERS_MAX 256
#define PASSWORD_BITS_MIN 50.0 /* 2^50 guesses, by runtime/people/password_strength.h */
#define PASSWORD_BYTES_MAX 1024

#define PASSWORD_REFUSALS(X)                                                    \
    X(PASSWORD_TOO_SHORT, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_TOO_SHORT",   \
      "The password has fewer than 15 characters.")                             \
    X(PASSWORD_TOO_LONG, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_TOO_LONG",     \
      "The password has more than 256 characters.")                             \
    X(PASSWORD_REPEATED, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_REPEATED",     \
      "The password repeats a few characters or one short part.")               \
    X(PASSWORD_LIKE_EMAIL, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_LIKE_EMAIL", \
      "The password is little more than the e-mail address.")                   \
    X(PASSWORD_COMMON, NEVER, CODE_INVALID_ARGUMENT, "PASSWORD_COMMON",         \
      "The password is easy to guess: leaked ones, words, years and rows of keys.")

enum password_verdict { PASSWORD_ACCEPTED = 0, PASSWORD_REFUSALS(REFUSAL_ENUM) };

/* Judges a password that is valid UTF-8, in Unicode's NFKC form and at most PASSWORD_BYTES_MAX
 * long; the e-mail is normal. */
enum password_verdict password_judge(const char *password, const char *email);

/* The mistake of a password that is to be kept, and that of its repetition; of both the fault is
 * FAULT_NONE when there is none. The e-mail is normal, or "" when it is not known. */
struct password_mistake {
    enum fault fault;
    const char *sentence;
};

struct password_mistake password_mistake(const char *password, const char *email);
struct password_mistake password_repeated(const char *password, const char *confirmation);

const struct refusal *password_refusal(enum password_verdict verdict);

#endif
