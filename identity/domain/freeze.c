#include "identity/domain/freeze.h"

#include <assert.h>
#include <stddef.h>

#include "identity/domain/role.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {FREEZE_REFUSALS(REFUSAL_ROW)};

const struct refusal *freeze_refusal(enum freeze_verdict verdict)
{
    assert(verdict > FREEZE_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}

int64_t freeze_end_us(const struct freeze *freeze)
{
    assert(freeze->begun_us != 0 || freeze->confirm_until_us != 0);
    bool ends_before = freeze->expire_us != 0 && freeze->expire_us < freeze->confirm_until_us;
    return freeze->begun_us == 0 && !ends_before ? freeze->confirm_until_us : freeze->expire_us;
}

/* An end by itself counts from its very time on, whenever it is noted. */
enum freeze_state freeze_state(const struct freeze *freeze, int64_t now_us)
{
    assert(freeze->created_us > 0 && now_us > 0);
    if (freeze->ended_us != 0)
        return freeze->outcome;
    int64_t end_us = freeze_end_us(freeze);
    if (end_us != 0 && end_us <= now_us)
        return freeze->begun_us == 0 ? FREEZE_LAPSED : FREEZE_EXPIRED;
    return freeze->begun_us == 0 ? FREEZE_PENDING : FREEZE_IN_FORCE;
}

static bool is_freezer(const struct freezer *by)
{
    assert(by->roles <= ROLES_ALL);
    return (by->roles & ROLE_BILLING_FREEZER) != 0 && (id_is_nil(by->partner_id) || by->permitted);
}

enum freeze_verdict freeze_begin_decide(const struct freezer *by, const struct freeze *freeze,
                                        int64_t holding, int64_t now_us)
{
    int64_t expire_us = freeze->expire_us;
    assert(holding >= 0 && expire_us >= 0 && now_us > 0);
    if (!is_freezer(by))
        return FREEZE_NOT_FREEZER;
    if (!id_is_nil(by->partner_id) && freeze->level != FREEZE_RECHARGE)
        return FREEZE_ABOVE_RECHARGE;
    if (expire_us != 0 && (expire_us <= now_us || expire_us - now_us > FREEZE_EXPIRE_MAX_US))
        return FREEZE_EXPIRES_AT_ONCE;
    return holding >= FREEZES_MAX ? FREEZE_TOO_MANY : FREEZE_ACCEPTED;
}

/* B.5: a partner finds its own alone, and those are not the account's to end while it may freeze.
 */
static enum freeze_verdict find_it(const struct freeze_act *act)
{
    const struct freezer *by = &act->by;
    if (!is_freezer(by))
        return FREEZE_NOT_FREEZER;
    if (act->freeze == NULL)
        return FREEZE_UNKNOWN;
    if (id_equal(by->partner_id, act->freeze->partner_id))
        return FREEZE_ACCEPTED;
    if (!id_is_nil(by->partner_id))
        return FREEZE_UNKNOWN;
    return by->permitted ? FREEZE_OF_PARTNER : FREEZE_ACCEPTED;
}

/* c-13: whoever holds the secret of a program acts as that program. */
static bool is_own(const struct freeze_act *act)
{
    return act->made_freezer || id_equal(act->caller_id, act->freeze->created_by);
}

enum freeze_verdict freeze_confirm_decide(const struct freeze_act *act, int64_t now_us)
{
    assert(!id_is_nil(act->caller_id) && now_us > 0);
    enum freeze_verdict found = find_it(act);
    if (found != FREEZE_ACCEPTED)
        return found;
    enum freeze_state state = freeze_state(act->freeze, now_us);
    if (state != FREEZE_PENDING)
        return state == FREEZE_IN_FORCE ? FREEZE_HOLDS : FREEZE_OVER;
    return is_own(act) ? FREEZE_OWN : FREEZE_ACCEPTED;
}

enum freeze_verdict freeze_undo_decide(const struct freeze_act *act, int64_t now_us)
{
    assert(!id_is_nil(act->caller_id) && now_us > 0);
    enum freeze_verdict found = find_it(act);
    if (found != FREEZE_ACCEPTED)
        return found;
    enum freeze_state state = freeze_state(act->freeze, now_us);
    if (state != FREEZE_PENDING && state != FREEZE_IN_FORCE)
        return FREEZE_OVER;
    return is_own(act) && state == FREEZE_IN_FORCE ? FREEZE_OWN : FREEZE_ACCEPTED;
}

static const char *const levels[] = {
    [FREEZE_RECHARGE] = "RECHARGE",
    [FREEZE_NEW_PURCHASE] = "NEW_PURCHASE",
    [FREEZE_PAYG_SUSPEND] = "PAYG_SUSPEND",
};

static const char *const states[] = {
    [FREEZE_PENDING] = "PENDING", [FREEZE_IN_FORCE] = "IN_FORCE", [FREEZE_UNDONE] = "UNDONE",
    [FREEZE_EXPIRED] = "EXPIRED", [FREEZE_LAPSED] = "LAPSED",
};

const char *freeze_level_name(enum freeze_level level)
{
    assert(level > FREEZE_LEVEL_NONE && level <= FREEZE_PAYG_SUSPEND);
    return levels[level];
}

const char *freeze_state_name(enum freeze_state state)
{
    assert(state > FREEZE_STATE_NONE && state <= FREEZE_LAPSED);
    return states[state];
}

static size_t find(const char *const *names, size_t count, const char *name)
{
    assert(count > 1 && names[0] == NULL);
    for (size_t i = 1; i < count && name != NULL; i++)
        if (text_equal(names[i], name))
            return i;
    return 0;
}

enum freeze_level freeze_level_find(const char *name)
{
    return (enum freeze_level)find(levels, sizeof levels / sizeof *levels, name);
}

enum freeze_state freeze_state_find(const char *name)
{
    return (enum freeze_state)find(states, sizeof states / sizeof *states, name);
}
