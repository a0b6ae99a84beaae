#include "gateway/domain/allocation.h"

#include <assert.h>

static const struct refusal refusals[] = {ALLOCATION_REFUSALS(REFUSAL_ROW)};

enum allocation_verdict allocation_decide(bool is_agent, bool allocates)
{
    if (!is_agent)
        return ALLOCATION_NO_RELATION;
    return allocates ? ALLOCATION_ACCEPTED : ALLOCATION_NOT_PERMITTED;
}

const struct refusal *allocation_refusal(enum allocation_verdict verdict)
{
    assert(verdict != ALLOCATION_ACCEPTED);
    return &refusals[verdict - 1];
}
