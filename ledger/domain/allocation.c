#include "ledger/domain/allocation.h"

#include <assert.h>

#include "ledger/domain/funding.h"
#include "ledger/domain/lot.h"
#include "ledger/domain/transfer.h"

static const struct refusal refusals[] = {ALLOCATION_REFUSALS(REFUSAL_ROW)};

const struct refusal *allocation_refusal(enum allocation_verdict verdict)
{
    assert(verdict != ALLOCATION_ACCEPTED);
    return &refusals[verdict - 1];
}

/* LED-41: a grant is of what the customer asks this agent for, once, and in time. */
static bool is_asked(const struct settling *settling)
{
    const struct relation *relation = settling->relation;
    const struct order *order = settling->order;
    return id_is_nil(order->reference_id) ||
           (id_equal(order->reference_id, relation->funding_request_id) &&
            id_is_nil(relation->grant.transfer_id) &&
            funding_is_open(relation->funding_expire_us, settling->now_us));
}

const struct refusal *allocate_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct relation *relation = settling->relation;
    assert(settling->lots == LOT_ALLOCATION);
    if (relation == NULL || relation->ended)
        return allocation_refusal(ALLOCATION_NO_RELATION);
    if (!relation_allocates(relation))
        return allocation_refusal(ALLOCATION_NOT_PERMITTED);
    if (!is_asked(settling))
        return allocation_refusal(ALLOCATION_NOT_ASKED);
    return give_decide(settling, allowance);
}

void allocate_book(struct settling *settling)
{
    struct relation *relation = settling->relation;
    const struct entry *entry = settling->entry;
    transfer_book(settling);
    if (id_is_nil(settling->order->reference_id))
        return;
    assert(id_equal(settling->order->reference_id, relation->funding_request_id));
    FACTS_CHANGE(settling->facts, relation);
    relation->grant = (struct funding_grant){entry_id(entry->chain->company_id, entry->sequence),
                                             entry->amount_micros, settling->now_us};
}

/* The other two terms are the customer's own (B.5). */
static void tell_of_lots(struct allowance *allowance)
{
    assert(allowance->term_count == 0 || allowance->term_count == 3); /* D.7 */
    allowance->terms[0] = allowance->terms[1];
    allowance->term_count = allowance->term_count > 0;
}

/* B.3, ID-26: frozen or overdue, whatever became of the relation, so that nobody loses by leaving;
 * without its contract, as long as the relation is at risk by that. Strangers hear nothing. */
static bool is_ring_fenced(const struct settling *settling)
{
    const struct account *agent = settling->account, *customer = settling->counterparty;
    assert(agent == NULL || agent != customer);
    if (agent == NULL || customer == NULL || agent->state == ACCOUNT_CLOSED ||
        !lots_know(customer, (struct lot_origin){agent->id, settling->lots}))
        return false;
    return account_is_in_trouble(agent, settling->now_us) ||
           relation_is_at_risk(settling->relation);
}

/* The lots keep all that they hold: all that count, as a revoke tells it. */
static struct allowance fenced_allowance(const struct settling *settling)
{
    const struct lot_origin origin = {settling->account->id, settling->lots};
    const struct account *customer = settling->counterparty;
    bool of_all_lots = lots_are_all_of(customer, origin);
    struct allowance allowance = allowance_empty();
    if (!of_all_lots)
        facts_fall_short(settling->facts);
    allowance_bound(&allowance, of_all_lots ? "remaining" : "newest_lots",
                    lots_remaining_of(customer, origin));
    allowance_bound(&allowance, "ring_fenced", 0);
    assert(allowance.micros == 0);
    return allowance;
}

const struct refusal *reclaim_decide(const struct settling *settling, struct allowance *allowance)
{
    assert(settling->lots == LOT_ALLOCATION);
    if (is_ring_fenced(settling)) {
        *allowance = fenced_allowance(settling);
        return allocation_refusal(ALLOCATION_RING_FENCED);
    }
    const struct refusal *refusal = revoke_decide(settling, allowance);
    tell_of_lots(allowance);
    return refusal;
}
