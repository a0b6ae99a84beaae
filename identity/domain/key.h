/* Programs and their keys: how many, how a key's secret looks, what a key may be scoped to, and
 * whether one opens anything. The meaning of its patterns is the gateway's
 * (gateway/domain/access.c). */
#ifndef IDENTITY_DOMAIN_KEY_H
#define IDENTITY_DOMAIN_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define PROGRAMS_MAX 50      /* of an account */
#define PROGRAMS_DAY_MAX 100 /* made within a day, those that were removed included */
#define PROGRAMS_DAY_US (INT64_C(24) * 3600 * 1000000)
#define KEYS_MAX 10       /* of a program, that count */
#define KEYS_KEPT_MAX 100 /* of a program, with those that ended */
#define KEY_KEPT_US (INT64_C(90) * 24 * 3600 * 1000000)
#define KEY_LIFETIME_MAX_US (INT64_C(366) * 24 * 3600 * 1000000)
#define KEY_OVERLAP_HOURS_MAX 168
#define KEY_PATTERNS_MAX 32
#define KEY_PATTERN_BYTES_MAX 64
#define KEY_ADDRESSES_MAX 16
#define KEY_NETWORKS_MAX 64 /* that a key is known to be used from; further ones are not noted */
#define KEY_USE_STEP_US (INT64_C(3600) * 1000000)

#define PROGRAM_REFUSALS(X)                                              \
    X(PROGRAM_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "PROGRAM_LIMIT", \
      "The account has as many programs as it may; remove one first.")   \
    X(PROGRAM_DAY_FULL, NEVER, CODE_RESOURCE_EXHAUSTED, "PROGRAM_LIMIT", \
      "The account made as many programs within a day as it may; try again tomorrow.")

enum program_verdict { PROGRAM_MADE = 0, PROGRAM_REFUSALS(REFUSAL_ENUM) };

/* One more, where there are so many, and so many were made within a day: those that were removed
 * stay known for ever, and so count. */
enum program_verdict program_make_decide(int64_t count, int64_t made);
const struct refusal *program_refusal(enum program_verdict verdict);

/* ---- the secret: "kontor_", 43 digits of 256 bits to the base 62, 6 of their CRC-32 ---- */

#define KEY_SECRET_BYTES 32
#define KEY_START "kontor_"
#define KEY_DIGITS 43
#define KEY_CHECK_DIGITS 6
#define KEY_TEXT_SIZE (sizeof KEY_START + KEY_DIGITS + KEY_CHECK_DIGITS)
#define KEY_PREFIX_SIZE (sizeof KEY_START + 8) /* what is shown of it, with the NUL */

void key_print(const uint8_t secret[KEY_SECRET_BYTES], char text[KEY_TEXT_SIZE]);

/* Whether a text is meant as a key, and whether it is one by itself: of its length, of its digits,
 * with its checksum. */
bool key_is_meant(const char *text);
bool key_is_whole(const char *text);

/* "a.b.c", "a.b.*", "a.*" or "*". */
bool key_pattern_is_one(const char *pattern);

/* ---- making one ---- */

#define KEY_MAKING_REFUSALS(X)                                                            \
    X(KEY_END_WRONG, NEVER, CODE_INVALID_ARGUMENT, "KEY_END",                             \
      "A key ends after now, and within 366 days.")                                       \
    X(KEY_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "KEY_LIMIT",                          \
      "The program has as many keys as it may; revoke one, or wait until ended ones are " \
      "forgotten.")

enum key_making_verdict { KEY_MADE = 0, KEY_MAKING_REFUSALS(REFUSAL_ENUM) };

struct key_making {
    int64_t expire_us;
    int64_t counting; /* keys of the program that count */
    int64_t kept;     /* with those that ended */
};

enum key_making_verdict key_make_decide(const struct key_making *making, int64_t now_us);
const struct refusal *key_making_refusal(enum key_making_verdict verdict);

/* ---- a certificate in the place of a secret ---- */

#define CERTIFICATE_STRENGTH_MIN 112 /* RSA of 2048 bits (NIST SP 800-57) */

#define CERTIFICATE_REFUSALS(X)                                              \
    X(CERTIFICATE_WEAK, NEVER, CODE_INVALID_ARGUMENT, "CERTIFICATE_WEAK",    \
      "The certificate's key is weaker than RSA of 2048 bits.")              \
    X(CERTIFICATE_OVER, NEVER, CODE_FAILED_PRECONDITION, "CERTIFICATE_OVER", \
      "The certificate has ended.")

enum certificate_verdict { CERTIFICATE_GOOD = 0, CERTIFICATE_REFUSALS(REFUSAL_ENUM) };

struct certificate_facts {
    int64_t end_us;
    int64_t strength_bits;
};

enum certificate_verdict certificate_decide(const struct certificate_facts *facts, int64_t now_us);
const struct refusal *certificate_refusal(enum certificate_verdict verdict);

/* When its key ends: as asked for (0: as late as a key may), never later than the certificate. */
int64_t certificate_key_end_us(const struct certificate_facts *facts, int64_t asked_us,
                               int64_t now_us);

/* ---- rotating one ---- */

/* When a key that is followed by another ends: never later than by itself. */
int64_t key_overlap_end_us(int64_t expire_us, int64_t overlap_hours, int64_t now_us);

/* ---- using one ---- */

#define KEY_REFUSALS(X)                                                    \
    X(KEY_UNKNOWN, NEVER, CODE_UNAUTHENTICATED, "KEY_REFUSED",             \
      "The key is unknown, was revoked, or is not valid now.")             \
    X(KEY_ELSEWHERE, NEVER, CODE_PERMISSION_DENIED, "KEY_ADDRESS_REFUSED", \
      "The key may not be used from this address.")

enum key_verdict { KEY_ACCEPTED = 0, KEY_REFUSALS(REFUSAL_ENUM) };

struct key_use {
    bool is_known; /* there is such a key, not revoked, of a program that was not removed */
    int64_t begin_us;
    int64_t expire_us;
    const char *addresses; /* networks with spaces between; "": anywhere */
    const char *address;   /* where the call comes from; "": nobody can say */
};

enum key_verdict key_use_decide(const struct key_use *use, int64_t now_us);
const struct refusal *key_refusal(enum key_verdict verdict);

#endif
