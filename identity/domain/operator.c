#include "identity/domain/operator.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "runtime/base/text.h"

#define GROUP 5
#define GROUP_COUNT 5

static const struct refusal invite_refusals[] = {OPERATOR_INVITE_REFUSALS(REFUSAL_ROW)};
static const struct refusal revocation_refusals[] = {OPERATOR_REVOCATION_REFUSALS(REFUSAL_ROW)};
static const struct refusal acceptance_refusals[] = {OPERATOR_ACCEPTANCE_REFUSALS(REFUSAL_ROW)};
static const struct refusal first_refusals[] = {FIRST_OPERATOR_REFUSALS(REFUSAL_ROW)};
static const struct refusal change_refusals[] = {OPERATOR_CHANGE_REFUSALS(REFUSAL_ROW)};

enum operator_invite_verdict operator_invite_decide(const struct operator_invite_facts *facts)
{
    assert(facts->open >= 0 && facts->day >= 0 && facts->address_day >= 0);
    if ((facts->caller_roles & ROLE_OPERATOR_ADMINISTRATOR) == 0)
        return OPERATOR_INVITE_NOT_ADMINISTRATOR;
    if (facts->operates)
        return OPERATOR_INVITE_IS_ONE;
    if (facts->is_invited)
        return OPERATOR_INVITE_IS_INVITED;
    if (facts->operators >= OPERATORS_MAX)
        return OPERATOR_INVITE_OPERATORS_MAX;
    if (facts->open >= OPERATOR_INVITATIONS_OPEN_MAX)
        return OPERATOR_INVITE_OPEN_MAX;
    if (facts->day >= OPERATOR_INVITATIONS_DAY_MAX)
        return OPERATOR_INVITE_DAY_MAX;
    return facts->address_day >= ADDRESS_INVITATIONS_DAY_MAX ? OPERATOR_INVITE_ADDRESS_DAY_MAX
                                                             : OPERATOR_INVITE_ACCEPTED;
}

enum operator_revocation_verdict operator_revocation_decide(const struct revocation_facts *facts,
                                                            int64_t now_us)
{
    if ((facts->caller_roles & ROLE_OPERATOR_ADMINISTRATOR) == 0)
        return OPERATOR_REVOCATION_NOT_ADMINISTRATOR;
    if (!facts->exists)
        return OPERATOR_REVOCATION_NOT_FOUND;
    return invitation_is_revocable(&facts->life, now_us) ? OPERATOR_REVOCATION_ACCEPTED
                                                         : OPERATOR_REVOCATION_ENDED;
}

enum operator_acceptance_verdict
operator_acceptance_decide(const struct operator_acceptance_facts *facts)
{
    assert(facts->operators >= 0);
    if (facts->registered)
        return OPERATOR_ACCEPTANCE_REGISTERED;
    if ((facts->inviter_roles & ROLE_OPERATOR_ADMINISTRATOR) == 0)
        return OPERATOR_ACCEPTANCE_INVITER;
    return facts->operators >= OPERATORS_MAX ? OPERATOR_ACCEPTANCE_OPERATORS_MAX
                                             : OPERATOR_ACCEPTANCE_ACCEPTED;
}

/* ---- the first one ---- */

void first_code_print(const uint8_t random[16], char text[FIRST_CODE_SIZE])
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    size_t bit = 0;
    for (size_t i = 0; i < FIRST_CODE_SIZE - 1; i++) {
        if (i % (GROUP + 1) == GROUP) {
            text[i] = '-';
            continue;
        }
        unsigned two = (unsigned)random[bit / 8] << 8;
        if (bit / 8 + 1 < 16)
            two |= random[bit / 8 + 1];
        text[i] = digits[two >> (11 - bit % 8) & 31];
        bit += 5;
    }
    assert(bit == (size_t)5 * GROUP * GROUP_COUNT);
    text[FIRST_CODE_SIZE - 1] = '\0';
}

bool first_code_is_one(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t length = strnlen(text, FIRST_CODE_LENGTH_MAX + 1);
    return length >= FIRST_CODE_LENGTH_MIN && length <= FIRST_CODE_LENGTH_MAX &&
           strspn(text, letters) == length;
}

bool first_code_may_be_put(int64_t administrators, bool recovers)
{
    assert(administrators >= 0);
    return administrators == 0 || recovers;
}

bool recovery_reason_is_one(const char *reason)
{
    assert(reason != NULL);
    return text_is_clean(reason, RECOVERY_REASON_BYTES_MAX) && reason[strspn(reason, " ")] != '\0';
}

enum first_operator_verdict first_operator_decide(const struct first_operator_facts *facts,
                                                  int64_t now_us)
{
    assert(facts->expires_us >= 0 && now_us > 0);
    if (!first_code_may_be_put(facts->administrators, facts->recovers))
        return FIRST_OPERATOR_EXISTS;
    if (!facts->matches)
        return FIRST_OPERATOR_WRONG;
    if (now_us >= facts->expires_us)
        return FIRST_OPERATOR_EXPIRED;
    return facts->registered ? FIRST_OPERATOR_REGISTERED : FIRST_OPERATOR_ACCEPTED;
}

/* ---- others' roles ---- */

enum operator_change_verdict operator_change_decide(const struct operator_change *change)
{
    const unsigned administers = ROLE_OPERATOR_ADMINISTRATOR;
    assert((change->becomes & ~ROLES_OF_OPERATORS) == 0);
    if ((change->caller_roles & administers) == 0)
        return OPERATOR_CHANGE_NOT_ADMINISTRATOR;
    if (change->roles == ROLE_NONE)
        return OPERATOR_CHANGE_NOT_FOUND;
    if (change->is_caller && (change->becomes & ~change->roles) != 0)
        return OPERATOR_CHANGE_OWN;
    bool loses = (change->roles & administers) != 0 && (change->becomes & administers) == 0;
    return loses && change->administrators <= 1 ? OPERATOR_CHANGE_LAST : OPERATOR_CHANGE_ACCEPTED;
}

const struct refusal *operator_invite_refusal(enum operator_invite_verdict verdict)
{
    assert(verdict > OPERATOR_INVITE_ACCEPTED &&
           (size_t)verdict <= sizeof invite_refusals / sizeof *invite_refusals);
    return &invite_refusals[verdict - 1];
}

const struct refusal *operator_revocation_refusal(enum operator_revocation_verdict verdict)
{
    assert(verdict > OPERATOR_REVOCATION_ACCEPTED &&
           (size_t)verdict <= sizeof revocation_refusals / sizeof *revocation_refusals);
    return &revocation_refusals[verdict - 1];
}

const struct refusal *operator_acceptance_refusal(enum operator_acceptance_verdict verdict)
{
    assert(verdict > OPERATOR_ACCEPTANCE_ACCEPTED &&
           (size_t)verdict <= sizeof acceptance_refusals / sizeof *acceptance_refusals);
    return &acceptance_refusals[verdict - 1];
}

const struct refusal *first_operator_refusal(enum first_operator_verdict verdict)
{
    assert(verdict > FIRST_OPERATOR_ACCEPTED &&
           (size_t)verdict <= sizeof first_refusals / sizeof *first_refusals);
    return &first_refusals[verdict - 1];
}

const struct refusal *operator_change_refusal(enum operator_change_verdict verdict)
{
    assert(verdict > OPERATOR_CHANGE_ACCEPTED &&
           (size_t)verdict <= sizeof change_refusals / sizeof *change_refusals);
    return &change_refusals[verdict - 1];
}
