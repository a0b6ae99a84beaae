#include "identity/domain/relation_switch.h"

#include <assert.h>

enum relation_verdict relation_replace_decide(const struct relation_ending *ending, int64_t now_us)
{
    const struct relation *found = ending->found;
    assert(ending->is_now && id_equal(ending->account_id, ending->customer_id));
    bool is_ending = found != NULL && id_equal(found->customer_id, ending->customer_id) &&
                     relation_state(found, now_us) == RELATION_DISSOCIATING;
    return is_ending ? RELATION_ACCEPTED : relation_end_decide(ending, now_us);
}

bool relation_obstacle_may_stay(enum relation_obstacle obstacle)
{
    assert(obstacle > OBSTACLE_NONE && obstacle < OBSTACLE_END);
    return obstacle == OBSTACLE_QUOTA_USED || obstacle == OBSTACLE_LOTS;
}

size_t relation_switch_obstacles(const struct relation_facts *facts, bool acknowledged,
                                 enum relation_obstacle found[RELATION_OBSTACLES_MAX])
{
    struct relation_facts others = *facts;
    others.associated = false;
    size_t all = relation_obstacles(&others, found), count = 0;
    for (size_t i = 0; i < all; i++)
        if (!acknowledged || !relation_obstacle_may_stay(found[i]))
            found[count++] = found[i];
    assert(count <= all && all <= RELATION_OBSTACLES_MAX);
    return count;
}

const char *relation_obstacle_fix(enum relation_obstacle obstacle)
{
    static const char *const fixes[OBSTACLE_END] = {
        [OBSTACLE_NOT_AUTHORISED] = "The partner makes a direct contract with the provider.",
        [OBSTACLE_ASSOCIATED] = "Name the relation whose place this one takes, or end it.",
        [OBSTACLE_CYCLE] = "End the relation by which the account stands above the partner.",
        [OBSTACLE_DEPTH] = "Take a partner that stands higher, or end a relation below.",
        [OBSTACLE_SAME_COMPANY] = "Nothing is needed: the accounts are a group already.",
        [OBSTACLE_OVERDUE] = "Pay what is overdue.",
        [OBSTACLE_UNFINISHED] = "Capture or release holds, and wait for top-ups.",
        [OBSTACLE_REAL_NAME] = "Have the real name or the company verified.",
        [OBSTACLE_QUOTA_USED] = "The partner offsets what it paid, or acknowledge that it stays.",
        [OBSTACLE_LOTS] = "The partner reclaims it, use it up, or acknowledge that it stays.",
        [OBSTACLE_CLOSED] = "Use another account.",
    };
    assert(obstacle > OBSTACLE_NONE && obstacle < OBSTACLE_END);
    return fixes[obstacle];
}
