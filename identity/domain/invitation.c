#include "identity/domain/invitation.h"

#include <assert.h>
#include <stddef.h>

#include "identity/domain/role.h"

static const struct refusal invite_refusals[] = {INVITE_REFUSALS(REFUSAL_ROW)};
static const struct refusal revocation_refusals[] = {REVOCATION_REFUSALS(REFUSAL_ROW)};
static const struct refusal acceptance_refusals[] = {ACCEPTANCE_REFUSALS(REFUSAL_ROW)};

enum invite_verdict invite_decide(const struct invite_facts *facts)
{
    assert(facts->open >= 0 && facts->account_day >= 0 && facts->address_day >= 0);
    if (facts->is_member)
        return INVITE_IS_A_MEMBER;
    if (facts->is_invited)
        return INVITE_IS_INVITED;
    if (facts->open >= INVITATIONS_OPEN_MAX)
        return INVITE_OPEN_MAX;
    if (facts->account_day >= INVITATIONS_DAY_MAX)
        return INVITE_ACCOUNT_DAY_MAX;
    return facts->address_day >= ADDRESS_INVITATIONS_DAY_MAX ? INVITE_ADDRESS_DAY_MAX
                                                             : INVITE_ACCEPTED;
}

enum invitation_state invitation_state(const struct invitation_life *life, int64_t now_us)
{
    assert(!(life->accepted && life->revoked) && life->guesses >= 0);
    if (life->accepted)
        return INVITATION_ACCEPTED;
    if (life->revoked)
        return INVITATION_REVOKED;
    if (now_us >= life->expires_us)
        return INVITATION_EXPIRED;
    return life->guesses >= INVITATION_GUESSES_MAX ? INVITATION_LOCKED : INVITATION_OPEN;
}

bool invitation_is_revocable(const struct invitation_life *life, int64_t now_us)
{
    enum invitation_state state = invitation_state(life, now_us);
    return state == INVITATION_OPEN || state == INVITATION_LOCKED;
}

enum revocation_verdict revocation_decide(const struct revocation_facts *facts, int64_t now_us)
{
    if ((facts->caller_roles & ROLE_ACCOUNT_ADMINISTRATOR) == 0)
        return REVOCATION_NOT_ADMINISTRATOR;
    if (!facts->exists)
        return REVOCATION_NOT_FOUND;
    return invitation_is_revocable(&facts->life, now_us) ? REVOCATION_ACCEPTED : REVOCATION_ENDED;
}

static enum acceptance_verdict judge_life(const struct invitation_life *life, int64_t now_us)
{
    switch (invitation_state(life, now_us)) {
    case INVITATION_ACCEPTED:
        return ACCEPTANCE_USED;
    case INVITATION_REVOKED:
        return ACCEPTANCE_REVOKED;
    case INVITATION_EXPIRED:
        return ACCEPTANCE_EXPIRED;
    case INVITATION_OPEN:
    case INVITATION_LOCKED: /* by others, after this guess was counted and was right */
        break;
    }
    return ACCEPTANCE_ACCEPTED;
}

enum acceptance_verdict acceptance_code_decide(const struct acceptance_facts *facts, int64_t now_us)
{
    if (!facts->counted)
        return ACCEPTANCE_LOCKED;
    return facts->matches ? judge_life(&facts->life, now_us) : ACCEPTANCE_WRONG;
}

enum acceptance_verdict acceptance_decide(const struct acceptance_facts *facts, int64_t now_us)
{
    enum acceptance_verdict verdict = acceptance_code_decide(facts, now_us);
    if (verdict != ACCEPTANCE_ACCEPTED)
        return verdict;
    if (!facts->joins && !facts->address_is_theirs)
        return ACCEPTANCE_OF_ANOTHER;
    if (facts->joins && facts->registered)
        return ACCEPTANCE_REGISTERED;
    if (!facts->inviter_gives)
        return ACCEPTANCE_INVITER;
    return facts->member_roles != ROLE_NONE ? ACCEPTANCE_IS_A_MEMBER : ACCEPTANCE_ACCEPTED;
}

const struct refusal *invite_refusal(enum invite_verdict verdict)
{
    assert(verdict > INVITE_ACCEPTED &&
           (size_t)verdict <= sizeof invite_refusals / sizeof *invite_refusals);
    return &invite_refusals[verdict - 1];
}

const struct refusal *revocation_refusal(enum revocation_verdict verdict)
{
    assert(verdict > REVOCATION_ACCEPTED &&
           (size_t)verdict <= sizeof revocation_refusals / sizeof *revocation_refusals);
    return &revocation_refusals[verdict - 1];
}

const struct refusal *acceptance_refusal(enum acceptance_verdict verdict)
{
    assert(verdict > ACCEPTANCE_ACCEPTED &&
           (size_t)verdict <= sizeof acceptance_refusals / sizeof *acceptance_refusals);
    return &acceptance_refusals[verdict - 1];
}
