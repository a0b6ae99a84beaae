/* Factors (ID-32): what a person proves beside the password, how often wrongly, and how the last
 * one goes. The kinds are those of the wire. */
#ifndef IDENTITY_DOMAIN_FACTOR_H
#define IDENTITY_DOMAIN_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define FACTORS_MAX 10 /* of a principal, that count */
#define FACTOR_PENDING_US (INT64_C(24) * 3600 * 1000000)
#define FACTOR_REMOVAL_US (INT64_C(72) * 3600 * 1000000)
#define PROOF_LIFETIME_US (INT64_C(5) * 60 * 1000000)
/* Wrong proofs of a principal; those in a row make the next one wait as failed log-ins do
 * (session.h). */
#define PROOF_DAY_MAX 20
#define PROOF_DAY_US (INT64_C(24) * 3600 * 1000000)
#define RECOVERY_CODES 10
#define RECOVERY_CODE_DIGITS 10 /* of 5 bits */
#define RECOVERY_CODE_SIZE (RECOVERY_CODE_DIGITS + 2)
#define RECOVERY_SETS_DAY_MAX 5

enum factor_kind { FACTOR_NONE, FACTOR_TOTP, FACTOR_WEBAUTHN, FACTOR_RECOVERY_CODE };

/* NO_FACTOR is asked first; a proof is looked at only when it was counted. */
#define PROOF_REFUSALS(X)                                                                  \
    X(PROOF_NO_FACTOR, NEVER, CODE_FAILED_PRECONDITION, "NO_FACTOR",                       \
      "You have no factor to prove; enrol one first.")                                     \
    X(PROOF_THROTTLED, NEVER, CODE_RESOURCE_EXHAUSTED, "PROOF_THROTTLED",                  \
      "Too many wrong proofs; wait before the next.")                                      \
    X(PROOF_REFUSED, NEVER, CODE_INVALID_ARGUMENT, "PROOF_REFUSED", "The proof is wrong.") \
    X(PROOF_USED, NEVER, CODE_FAILED_PRECONDITION, "PROOF_USED",                           \
      "The code was used already; wait for the next one.")

enum proof_verdict { PROOF_ACCEPTED = 0, PROOF_REFUSALS(REFUSAL_ENUM) };

/* fresh: the statement that took the proof found it unused. */
struct proof {
    bool has_factor;
    bool counted;
    bool matches;
    bool fresh;
};

enum proof_verdict proof_decide(const struct proof *proof);
const struct refusal *proof_refusal(enum proof_verdict verdict);

/* Whether a challenge of WebAuthn may still be answered. */
bool challenge_lives(int64_t created_us, int64_t now_us);

/* Wrong proofs so far, as they are kept. */
struct proof_attempts {
    int64_t wait_us;      /* until when the failures in a row make wait */
    int64_t day_failures; /* since */
    int64_t day_us;
};

/* When the next proof is looked at, after one that was not counted; at least a millisecond away. */
int64_t proof_wait_ms(const struct proof_attempts *attempts, int64_t now_us);

#define FACTOR_REFUSALS(X)                                             \
    X(FACTOR_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "FACTOR_LIMIT", \
      "You have 10 factors; remove one first.")                        \
    X(FACTOR_IS_LAST, NEVER, CODE_FAILED_PRECONDITION, "LAST_FACTOR",  \
      "The last factor goes only when a recovery code was proved at most five minutes ago.")

enum factor_verdict { FACTOR_ACCEPTED = 0, FACTOR_REFUSALS(REFUSAL_ENUM) };

/* counting: how many of the principal's count already. */
enum factor_verdict factor_enroll_decide(int64_t counting);

/* proved: by what the session was stepped up last, and when (0: never). *goes_us is when the factor
 * goes: 0 for at once. */
struct factor_removal {
    int64_t counting;
    enum factor_kind proved;
    int64_t proved_us;
};

enum factor_verdict factor_remove_decide(const struct factor_removal *removal, int64_t now_us,
                                         int64_t *goes_us);
const struct refusal *factor_refusal(enum factor_verdict verdict);

const char *factor_kind_name(enum factor_kind kind);
enum factor_kind factor_kind_find(const char *name); /* FACTOR_NONE when there is none */

/* Whether another set of recovery codes may be made: sets of them were since sets_us. */
bool recovery_sets_allow(int64_t sets, int64_t sets_us, int64_t now_us);

/* 50 bits as Crockford's base 32, "7K3QX-M2D9T". */
void recovery_code_print(uint64_t bits, char text[RECOVERY_CODE_SIZE]);

/* As typed, in whatever case, with spaces and dashes, and with letters for the digits that they
 * look like; normal is without the dash. false: no code. */
bool recovery_code_normalise(const char *typed, char normal[RECOVERY_CODE_DIGITS + 1]);

#endif
