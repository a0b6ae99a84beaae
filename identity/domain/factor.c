#include "identity/domain/factor.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

static const struct refusal proof_refusals[] = {PROOF_REFUSALS(REFUSAL_ROW)};
static const struct refusal factor_refusals[] = {FACTOR_REFUSALS(REFUSAL_ROW)};
static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- proofs ---- */

enum proof_verdict proof_decide(const struct proof *proof)
{
    assert((proof->counted || !proof->matches) && (proof->matches || !proof->fresh));
    if (!proof->has_factor)
        return PROOF_NO_FACTOR;
    if (!proof->counted)
        return PROOF_THROTTLED;
    if (!proof->matches)
        return PROOF_REFUSED;
    return proof->fresh ? PROOF_ACCEPTED : PROOF_USED;
}

const struct refusal *proof_refusal(enum proof_verdict verdict)
{
    assert(verdict > PROOF_ACCEPTED &&
           (size_t)verdict <= sizeof proof_refusals / sizeof *proof_refusals);
    return &proof_refusals[verdict - 1];
}

int64_t proof_wait_ms(const struct proof_attempts *attempts, int64_t now_us)
{
    int64_t until_us = attempts->wait_us, day_end_us = attempts->day_us + PROOF_DAY_US;
    if (attempts->day_failures >= PROOF_DAY_MAX && day_end_us > until_us)
        until_us = day_end_us;
    int64_t wait_ms = until_us > now_us ? (until_us - now_us + 999) / 1000 : 1;
    assert(wait_ms > 0);
    return wait_ms;
}

bool challenge_lives(int64_t created_us, int64_t now_us)
{
    return now_us - created_us <= PROOF_LIFETIME_US;
}

/* ---- factors ---- */

enum factor_verdict factor_enroll_decide(int64_t counting)
{
    return counting < FACTORS_MAX ? FACTOR_ACCEPTED : FACTOR_TOO_MANY;
}

enum factor_verdict factor_remove_decide(const struct factor_removal *removal, int64_t now_us,
                                         int64_t *goes_us)
{
    assert(now_us > 0 && goes_us != NULL);
    *goes_us = 0;
    if (removal->counting > 1)
        return FACTOR_ACCEPTED;
    if (removal->proved != FACTOR_RECOVERY_CODE || removal->proved_us == 0 ||
        now_us - removal->proved_us > PROOF_LIFETIME_US)
        return FACTOR_IS_LAST;
    *goes_us = now_us + FACTOR_REMOVAL_US;
    return FACTOR_ACCEPTED;
}

const struct refusal *factor_refusal(enum factor_verdict verdict)
{
    assert(verdict > FACTOR_ACCEPTED &&
           (size_t)verdict <= sizeof factor_refusals / sizeof *factor_refusals);
    return &factor_refusals[verdict - 1];
}

static const char *const kind_names[] = {"", "TOTP", "WEBAUTHN", "RECOVERY_CODE"};

const char *factor_kind_name(enum factor_kind kind)
{
    assert((size_t)kind < sizeof kind_names / sizeof *kind_names);
    return kind_names[kind];
}

enum factor_kind factor_kind_find(const char *name)
{
    for (size_t i = 1; i < sizeof kind_names / sizeof *kind_names; i++)
        if (text_equal(kind_names[i], name))
            return (enum factor_kind)i;
    return FACTOR_NONE;
}

/* ---- recovery codes ---- */

bool recovery_sets_allow(int64_t sets, int64_t sets_us, int64_t now_us)
{
    assert(now_us > PROOF_DAY_US);
    return sets < RECOVERY_SETS_DAY_MAX || sets_us <= now_us - PROOF_DAY_US;
}

void recovery_code_print(uint64_t bits, char text[RECOVERY_CODE_SIZE])
{
    size_t place = 0;
    for (int digit = 0; digit < RECOVERY_CODE_DIGITS; digit++) {
        if (digit == RECOVERY_CODE_DIGITS / 2)
            text[place++] = '-';
        text[place++] = base32[bits >> (5 * (RECOVERY_CODE_DIGITS - 1 - digit)) & 31];
    }
    text[place] = '\0';
    assert(place == RECOVERY_CODE_SIZE - 1);
}

static char digit_of(char typed)
{
    assert(typed != '\0');
    char upper = typed >= 'a' && typed <= 'z' ? (char)(typed - 'a' + 'A') : typed;
    if (upper == 'O')
        return '0';
    if (upper == 'I' || upper == 'L')
        return '1';
    return upper != '\0' && strchr(base32, upper) != NULL ? upper : '\0';
}

bool recovery_code_normalise(const char *typed, char normal[RECOVERY_CODE_DIGITS + 1])
{
    size_t count = 0;
    for (const char *at = typed; *at != '\0'; at++) {
        if (*at == '-' || *at == ' ')
            continue;
        char digit = digit_of(*at);
        if (digit == '\0' || count == RECOVERY_CODE_DIGITS)
            return false;
        normal[count++] = digit;
    }
    normal[count] = '\0';
    assert(count <= RECOVERY_CODE_DIGITS);
    return count == RECOVERY_CODE_DIGITS;
}
