#include "identity/domain/customer_invitation.h"

#include <assert.h>

#include "runtime/base/text.h"

static const struct refusal invite_refusals[] = {CUSTOMER_INVITE_REFUSALS(REFUSAL_ROW)};
static const struct refusal refusals[] = {CUSTOMER_INVITATION_REFUSALS(REFUSAL_ROW)};

int64_t customer_invitation_end_us(const struct customer_invitation_life *life)
{
    int64_t last_us = life->created_us + CUSTOMER_INVITATION_LIFETIME_US;
    int64_t end_us = life->sent_us + CUSTOMER_INVITATION_SENT_US;
    return life->accepted_us != 0 || end_us > last_us ? last_us : end_us;
}

enum customer_invitation_state
customer_invitation_state(const struct customer_invitation_life *life, int64_t now_us)
{
    assert(life != NULL && now_us > 0);
    if (life->associated_us != 0)
        return CUSTOMER_INVITATION_ASSOCIATED;
    if (life->declined_us != 0)
        return CUSTOMER_INVITATION_DECLINED;
    if (life->cancelled_us != 0)
        return CUSTOMER_INVITATION_CANCELLED;
    if (now_us >= customer_invitation_end_us(life))
        return CUSTOMER_INVITATION_EXPIRED;
    if (life->accepted_us != 0)
        return CUSTOMER_INVITATION_ACCEPTED;
    if (life->opened_us != 0)
        return CUSTOMER_INVITATION_OPENED;
    if (life->bounced)
        return CUSTOMER_INVITATION_BOUNCED;
    return life->delivered ? CUSTOMER_INVITATION_SENT : CUSTOMER_INVITATION_CREATED;
}

/* ---- by the partner ---- */

enum customer_invite_verdict customer_invite_decide(const struct customer_invite_facts *facts)
{
    assert(facts->day >= 0 && facts->contact_day >= 0);
    if (facts->invited)
        return CUSTOMER_INVITE_INVITED;
    if (facts->day >= CUSTOMER_INVITATIONS_DAY_MAX)
        return CUSTOMER_INVITE_DAY_MAX;
    if (facts->registered)
        return CUSTOMER_INVITE_REGISTERED;
    return facts->contact_day >= CONTACT_INVITATIONS_DAY_MAX ? CUSTOMER_INVITE_CONTACT_DAY_MAX
                                                             : CUSTOMER_INVITE_ACCEPTED;
}

bool customer_invite_tells(enum customer_invite_verdict verdict)
{
    return verdict != CUSTOMER_INVITE_INVITED && verdict != CUSTOMER_INVITE_DAY_MAX;
}

static bool is_over(enum customer_invitation_state state)
{
    assert(state != CUSTOMER_INVITATION_NONE);
    return state == CUSTOMER_INVITATION_ASSOCIATED || state == CUSTOMER_INVITATION_DECLINED ||
           state == CUSTOMER_INVITATION_EXPIRED || state == CUSTOMER_INVITATION_CANCELLED;
}

enum customer_invitation_verdict
customer_invitation_open_decide(const struct customer_invitation_life *found, int64_t now_us)
{
    if (found == NULL)
        return CUSTOMER_INVITATION_UNKNOWN;
    return is_over(customer_invitation_state(found, now_us)) ? CUSTOMER_INVITATION_OVER
                                                             : CUSTOMER_INVITATION_TAKEN;
}

enum customer_invitation_verdict
customer_invitation_resend_decide(const struct customer_invitation_life *found, int64_t now_us)
{
    enum customer_invitation_verdict verdict = customer_invitation_open_decide(found, now_us);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return verdict;
    if (found->accepted_us != 0)
        return CUSTOMER_INVITATION_OVER;
    return found->resends >= CUSTOMER_INVITATION_RESENDS_MAX ? CUSTOMER_INVITATION_RESENT
                                                             : CUSTOMER_INVITATION_TAKEN;
}

/* ---- by whoever has the token ---- */

enum customer_invitation_verdict
customer_invitation_accept_decide(const struct customer_acceptance *acceptance, int64_t now_us)
{
    enum customer_invitation_verdict verdict =
        customer_invitation_open_decide(acceptance->found, now_us);
    assert(acceptance->agreed_hash != NULL);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return verdict;
    if (acceptance->of_another_account)
        return CUSTOMER_INVITATION_OVER;
    if (!acceptance->holds_contact)
        return CUSTOMER_INVITATION_OF_ANOTHER;
    if (acceptance->account_created_us < acceptance->found->created_us)
        return CUSTOMER_INVITATION_NOT_NEW;
    return text_equal(acceptance->offered_hash, acceptance->agreed_hash)
               ? CUSTOMER_INVITATION_TAKEN
               : CUSTOMER_INVITATION_OFFER;
}

bool customer_invitation_waits(const enum relation_obstacle *obstacles, size_t count)
{
    assert(obstacles != NULL && count <= RELATION_OBSTACLES_MAX);
    return count == 1 && obstacles[0] == OBSTACLE_REAL_NAME;
}

const struct refusal *customer_invite_refusal(enum customer_invite_verdict verdict)
{
    assert(verdict > CUSTOMER_INVITE_ACCEPTED &&
           (size_t)verdict <= sizeof invite_refusals / sizeof *invite_refusals);
    return &invite_refusals[verdict - 1];
}

const struct refusal *customer_invitation_refusal(enum customer_invitation_verdict verdict)
{
    assert(verdict > CUSTOMER_INVITATION_TAKEN &&
           (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
