#include "identity/domain/hand_over.h"

#include <assert.h>
#include <stddef.h>

#include "identity/domain/relation.h"
#include "identity/domain/role.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {HAND_OVER_REFUSALS(REFUSAL_ROW)};

const struct refusal *hand_over_refusal(enum hand_over_verdict verdict)
{
    assert(verdict > HAND_OVER_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}

bool hand_over_is_permitted(unsigned permissions, int64_t terms_begun_us, int64_t created_us)
{
    return (permissions & 1u << RELATION_HANDOVER) != 0 && terms_begun_us <= created_us;
}

enum hand_over_state hand_over_state(const struct hand_over *hand_over, int64_t now_us)
{
    assert(now_us > 0);
    if (hand_over->ended_us != 0)
        return hand_over->outcome;
    bool is_forbidden = !id_is_nil(hand_over->partner_id) && !hand_over->permitted; /* B.3 */
    if (is_forbidden || now_us - hand_over->created_us >= HAND_OVER_LIFETIME_US)
        return HAND_OVER_LAPSED;
    return hand_over->proved_us == 0 ? HAND_OVER_PROVING : HAND_OVER_WAITING;
}

bool hand_over_takes_two(const struct hand_over *hand_over)
{
    return !id_equal(hand_over->begun_by, hand_over->leaver_id) ||
           !id_is_nil(hand_over->partner_id);
}

static bool decides(unsigned caller_roles)
{
    assert(caller_roles <= ROLES_ALL);
    return (caller_roles & (ROLE_ACCOUNT_ADMINISTRATOR | ROLE_OPERATOR_REVIEW)) != 0;
}

bool hand_over_is_under_way(const struct hand_over *found, int64_t now_us)
{
    if (found == NULL)
        return false;
    enum hand_over_state state = hand_over_state(found, now_us);
    return state == HAND_OVER_PROVING || state == HAND_OVER_WAITING;
}

bool hand_over_was_of_partner(const struct hand_over *found, struct id partner_id, bool permitted,
                              int64_t as_of_us)
{
    if (!id_equal(found->partner_id, partner_id))
        return false;
    struct hand_over then = *found;
    then.permitted = permitted;
    then.ended_us = found->ended_us <= as_of_us ? found->ended_us : 0;
    return hand_over_is_under_way(&then, as_of_us);
}

unsigned hand_over_side_roles(const struct hand_over_side *side)
{
    if (id_is_nil(side->partner_id))
        return side->roles;
    return side->permitted ? side->roles & ROLE_ACCOUNT_ADMINISTRATOR : ROLE_NONE; /* B.3 */
}

enum hand_over_verdict hand_over_side_decide(const struct hand_over_side *side,
                                             const struct hand_over *found, bool approves,
                                             int64_t now_us)
{
    bool for_partner = !id_is_nil(side->partner_id);
    if (for_partner && !decides(hand_over_side_roles(side)))
        return HAND_OVER_ROLE_MISSING;
    if (approves && (for_partner || side->is_beginners))
        return HAND_OVER_OF_PARTNER;
    return for_partner && hand_over_is_under_way(found, now_us) &&
                   !id_equal(found->partner_id, side->partner_id)
               ? HAND_OVER_OF_ANOTHER
               : HAND_OVER_ACCEPTED;
}

/* An owner from whom others take the account holds it neither by a cancellation nor by another
 * hand-over. */
static bool is_taken_from(const struct hand_over_act *act)
{
    return id_equal(act->caller_id, act->found->leaver_id) &&
           !id_equal(act->caller_id, act->found->begun_by);
}

enum hand_over_verdict hand_over_begin_decide(const struct hand_over_act *act, int64_t begun,
                                              int64_t now_us)
{
    assert(begun >= 0);
    if (!decides(act->caller_roles))
        return HAND_OVER_ROLE_MISSING;
    if (hand_over_is_under_way(act->found, now_us) && is_taken_from(act))
        return HAND_OVER_OF_ANOTHER;
    return begun >= HAND_OVERS_DAY_MAX ? HAND_OVER_LIMIT : HAND_OVER_ACCEPTED;
}

enum hand_over_verdict hand_over_confirm_decide(const struct hand_over_act *act, int64_t now_us)
{
    if (!decides(act->caller_roles))
        return HAND_OVER_ROLE_MISSING;
    if (!hand_over_is_under_way(act->found, now_us))
        return HAND_OVER_UNKNOWN;
    if (!id_equal(act->caller_id, act->found->begun_by))
        return HAND_OVER_OF_ANOTHER;
    return act->found->proved_us != 0 ? HAND_OVER_PROVED : HAND_OVER_ACCEPTED;
}

enum hand_over_verdict hand_over_approve_decide(const struct hand_over_act *act, int64_t now_us)
{
    if (!decides(act->caller_roles))
        return HAND_OVER_ROLE_MISSING;
    if (!hand_over_is_under_way(act->found, now_us) || !decides(act->beginner_roles))
        return HAND_OVER_UNKNOWN; /* nor of somebody who could begin none by now */
    if (id_equal(act->caller_id, act->found->begun_by))
        return HAND_OVER_OWN;
    if (act->appointed)
        return HAND_OVER_APPOINTED;
    if (act->decides_since_us > act->found->created_us - HAND_OVER_DAY_US)
        return HAND_OVER_NEWCOMER;
    return act->found->proved_us == 0 ? HAND_OVER_UNPROVED : HAND_OVER_ACCEPTED;
}

enum hand_over_verdict hand_over_cancel_decide(const struct hand_over_act *act, int64_t now_us)
{
    if (!decides(act->caller_roles))
        return HAND_OVER_ROLE_MISSING;
    if (!hand_over_is_under_way(act->found, now_us))
        return HAND_OVER_UNKNOWN;
    return is_taken_from(act) ? HAND_OVER_OF_ANOTHER : HAND_OVER_ACCEPTED;
}

enum hand_over_verdict hand_over_removal_decide(const struct hand_over_removal *removal,
                                                int64_t now_us)
{
    assert(now_us > 0);
    if (!hand_over_is_under_way(removal->found, now_us) || !hand_over_takes_two(removal->found))
        return HAND_OVER_ACCEPTED;
    return removal->of_oneself || now_us - removal->first_us >= HAND_OVER_LIFETIME_US
               ? HAND_OVER_ACCEPTED
               : HAND_OVER_HOLDS;
}

static const char *const outcomes[] = {
    [HAND_OVER_DONE] = "DONE", [HAND_OVER_CANCELLED] = "CANCELLED", [HAND_OVER_LAPSED] = "LAPSED"};

const char *hand_over_outcome_name(enum hand_over_state outcome)
{
    assert(outcome >= HAND_OVER_DONE && outcome <= HAND_OVER_LAPSED);
    return outcomes[outcome];
}

enum hand_over_state hand_over_outcome_find(const char *name)
{
    enum hand_over_state outcome = HAND_OVER_DONE;
    if (name == NULL)
        return HAND_OVER_STATE_NONE;
    while (outcome < HAND_OVER_LAPSED && !text_equal(name, outcomes[outcome]))
        outcome++;
    return outcome;
}
