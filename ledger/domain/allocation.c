#include "ledger/domain/allocation.h"

#include <assert.h>

#include "ledger/domain/transfer.h"

static const struct refusal refusals[] = {ALLOCATION_REFUSALS(REFUSAL_ROW)};

const struct refusal *allocation_refusal(enum allocation_verdict verdict)
{
    assert(verdict != ALLOCATION_ACCEPTED);
    return &refusals[verdict - 1];
}

const struct refusal *allocate_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct relation *relation = settling->relation;
    assert(settling->lots == LOT_ALLOCATION);
    if (relation == NULL || relation->ended)
        return allocation_refusal(ALLOCATION_NO_RELATION);
    if (!relation_allocates(relation))
        return allocation_refusal(ALLOCATION_NOT_PERMITTED);
    return give_decide(settling, allowance);
}

/* The other two terms are the customer's own (B.5). */
static void tell_of_lots(struct allowance *allowance)
{
    assert(allowance->term_count == 0 || allowance->term_count == 3); /* D.7 */
    allowance->terms[0] = allowance->terms[1];
    allowance->term_count = allowance->term_count > 0;
}

const struct refusal *reclaim_decide(const struct settling *settling, struct allowance *allowance)
{
    assert(settling->lots == LOT_ALLOCATION);
    const struct refusal *refusal = revoke_decide(settling, allowance);
    tell_of_lots(allowance);
    return refusal;
}
