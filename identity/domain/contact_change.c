#include "identity/domain/contact_change.h"

#include <assert.h>
#include <stddef.h>

static const struct refusal refusals[] = {CONTACT_CHANGE_REFUSALS(REFUSAL_ROW)};

static bool is_of_today(const struct contact_change *last, int64_t now_us)
{
    assert(now_us > 0 && last->starts >= 0);
    return last->exists && now_us < last->starts_since_us + CONTACT_CHANGES_DAY_US;
}

enum contact_change_verdict contact_change_start_decide(const struct contact_change_start *start,
                                                        const struct contact_change *last,
                                                        int64_t now_us)
{
    assert(start->channel != CHANNEL_NONE);
    if (!start->by_owner)
        return CHANGE_NOT_OWNER;
    if (!account_channel_is_verified(start->account, start->channel))
        return CHANGE_UNVERIFIED;
    if (start->old_lost &&
        !account_channel_is_verified(start->account, channel_complement(start->channel)))
        return CHANGE_OTHER_UNVERIFIED;
    if (start->is_same)
        return CHANGE_SAME;
    if (is_of_today(last, now_us) && last->starts >= CONTACT_CHANGES_DAY_MAX)
        return CHANGE_LIMIT;
    return CHANGE_ACCEPTED;
}

struct contact_change contact_change_started(const struct contact_change *last, int64_t now_us)
{
    bool goes_on = is_of_today(last, now_us);
    assert(!goes_on || last->starts < CONTACT_CHANGES_DAY_MAX);
    return (struct contact_change){.exists = true,
                                   .starts = goes_on ? last->starts + 1 : 1,
                                   .starts_since_us = goes_on ? last->starts_since_us : now_us};
}

enum contact_change_verdict contact_change_confirm_decide(const struct contact_change *change,
                                                          bool is_it, int64_t now_us)
{
    assert(change->exists || change->confirmed_us == 0);
    if (!change->exists || change->ended || !is_it)
        return CHANGE_NOT_FOUND;
    if (change->confirmed_us == 0)
        return CHANGE_ACCEPTED;
    if (now_us >= change->confirmed_us + CONTACT_CHANGE_LOST_LIFETIME_US)
        return CHANGE_NOT_FOUND;
    if (now_us < change->confirmed_us + CONTACT_CHANGE_LOST_WAIT_US)
        return CHANGE_WAITS;
    return CHANGE_ACCEPTED;
}

const struct refusal *contact_change_refusal(enum contact_change_verdict verdict)
{
    assert(verdict > CHANGE_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}
