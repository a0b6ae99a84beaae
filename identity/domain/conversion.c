#include "identity/domain/conversion.h"

#include <assert.h>

static const struct refusal refusals[] = {CONVERSION_REFUSALS(REFUSAL_ROW)};
static const struct refusal obstacles[] = {CONVERSION_OBSTACLES(REFUSAL_ROW)};

const struct refusal *conversion_refusal(enum conversion_verdict verdict)
{
    assert(verdict > CONVERSION_ACCEPTED && verdict <= CONVERSION_NOT_INDIVIDUAL);
    return &refusals[verdict - 1];
}

enum conversion_verdict conversion_decide(const struct account *account, struct id caller_id)
{
    if (!id_equal(account->owner_id, caller_id)) /* as ID-19 has it of a registration */
        return CONVERSION_NOT_OWNER;
    return account->type == ACCOUNT_TYPE_INDIVIDUAL ? CONVERSION_ACCEPTED
                                                    : CONVERSION_NOT_INDIVIDUAL; /* ID-31 */
}

size_t conversion_obstacles(const struct conversion_facts *facts,
                            enum conversion_obstacle found[CONVERSION_OBSTACLES_MAX])
{
    const bool stands[CONVERSION_OBSTACLE_END] = {
        [CONVERSION_CLOSED] = facts->closed,      [CONVERSION_OVERDUE] = facts->overdue,
        [CONVERSION_TRANSIT] = facts->in_transit, [CONVERSION_TOP_UP] = facts->topping_up,
        [CONVERSION_REVIEW] = facts->in_review,   [CONVERSION_HAND_OVER] = facts->handing_over,
    };
    size_t count = 0;
    for (int i = CONVERSION_CLEAR + 1; i < CONVERSION_OBSTACLE_END; i++)
        if (stands[i]) /* ID-31, B.3 */
            found[count++] = (enum conversion_obstacle)i;
    assert(count <= CONVERSION_OBSTACLES_MAX);
    return count;
}

const struct refusal *conversion_obstacle_refusal(enum conversion_obstacle obstacle)
{
    assert(obstacle > CONVERSION_CLEAR && obstacle < CONVERSION_OBSTACLE_END);
    return &obstacles[obstacle - 1];
}
