#include "ledger/domain/agreement.h"

#include <assert.h>

#include "ledger/domain/cap.h"
#include "ledger/domain/hold.h"
#include "ledger/domain/lot.h"
#include "ledger/domain/transit.h"
#include "runtime/base/amount.h"

static bool is_amount(int64_t micros)
{
    return micros >= -ACCOUNT_MICROS_MAX && micros <= ACCOUNT_MICROS_MAX;
}

/* Of the chain, or before it began. */
static bool is_place(const struct chain *chain, int64_t sequence)
{
    return chain != NULL && sequence >= 0 && sequence <= chain->length;
}

static bool chain_agrees(const struct chain *chain)
{
    return chain != NULL && chain->length >= 0 && chain->length < ENTRY_SEQUENCE_MAX;
}

static bool bills_agree(const struct account *account) /* D.15 */
{
    int64_t unpaid = 0;
    assert(account != NULL);
    for (const struct bill *bill = account->bills; bill != NULL; bill = bill->next)
        if (!amount_add(unpaid, bill->owed_micros - bill->paid_micros, &unpaid))
            return false;
    return !account->bills_complete || unpaid == account_outstanding(account);
}

static bool account_agrees(const struct facts *facts, const struct account *account)
{
    assert(facts != NULL);
    if (account == NULL || account->foreign)
        return true;
    bool agrees = chain_agrees(facts_chain(facts, account->company_id)) &&
                  is_amount(account->frozen_micros) && is_amount(account->credit_limit_micros) &&
                  is_amount(account->buffer_micros) && account->earliest_due_us >= 0 &&
                  (account->currency[0] == '\0' || currency_find(account->currency) != NULL) &&
                  (account->currency[0] != '\0' || account->contract_state == CONTRACT_NONE);
    for (int book = 0; agrees && book < BOOK_COUNT; book++)
        agrees = is_amount(account->books[book]);
    return agrees && lots_agree(account) && bills_agree(account);
}

static bool quota_agrees(const struct facts *facts, const struct quota *quota)
{
    assert(facts != NULL);
    if (quota == NULL || quota->account->foreign)
        return true;
    const struct chain *chain = facts_chain(facts, quota->account->company_id);
    return is_amount(quota->line_micros) && is_amount(quota->deducted_micros) &&
           is_amount(quota->undeducted_micros) && is_amount(quota->held_micros) &&
           quota_has_room(quota, 0) && is_place(chain, quota->metered_sequence);
}

/* Few batches have any. */
static bool caps_agree(const struct facts *facts)
{
    assert(facts->cap_count <= facts->cap_count_max);
    for (size_t i = 0; i < facts->cap_count; i++)
        if (!cap_agrees(&facts->caps[i]))
            return false;
    return true;
}

static bool pool_agrees(const struct facts *facts, const struct account *account)
{
    assert(facts != NULL);
    if (account == NULL || account->foreign || account->pool == NULL)
        return true;
    return is_place(facts_chain(facts, account->company_id), account->pool->settled_sequence);
}

static bool purchase_agrees(const struct facts *facts, const struct purchase *purchase) /* E16 */
{
    assert(facts != NULL);
    if (purchase == NULL)
        return true;
    int64_t refundable = 0;
    for (size_t i = 0; i < purchase->lot_count; i++) {
        const struct purchase_lot *share = &purchase->lots[i];
        int64_t rest = share->paid_micros - share->refunded_micros;
        if (rest > share->lot->spent_micros || !amount_add(refundable, rest, &refundable))
            return false;
    }
    return refundable ==
               purchase->paid.transferred_in_micros - purchase->refunded.transferred_in_micros &&
           quota_agrees(facts, purchase->quota);
}

/* Returned, it goes back to the lots that it was taken from; those of who receives are not read. */
static bool transit_agrees(const struct settling *settling)
{
    const struct transit *transit = settling->transit;
    int64_t taken = 0;
    assert(settling->order != NULL);
    if (transit == NULL || transit->state != TRANSIT_UNDER_WAY || transit_is_given(transit) ||
        settling->account == NULL || !id_equal(transit->sender_id, settling->account->id))
        return true;
    for (size_t i = 0; i < transit->lot_count; i++) {
        const struct transit_lot *share = &transit->lots[i];
        if (share->micros < 0 || share->micros > share->lot->revoked_micros ||
            !amount_add(taken, share->micros, &taken))
            return false;
    }
    return taken == transit->amount_micros;
}

static bool line_agrees(const struct settling *settling) /* D.3 */
{
    const struct credit_line *line = settling->line;
    assert(settling->order != NULL);
    return line == NULL || settling->account == NULL ||
           (is_amount(line->line_micros) &&
            line->allocated_micros >= settling->account->credit_limit_micros);
}

bool hold_agrees(const struct facts *facts, const struct hold *hold)
{
    assert(facts != NULL);
    return hold == NULL ||
           (is_amount(hold->amount_micros) && hold->placed_us > 0 &&
            account_agrees(facts, hold->account) && pool_agrees(facts, hold->account) &&
            quota_agrees(facts, hold->quota) && caps_agree(facts));
}

bool settling_agrees(const struct settling *settling)
{
    const struct facts *facts = settling->facts;
    assert(settling->outcome != NULL);
    return account_agrees(facts, settling->account) &&
           account_agrees(facts, settling->counterparty) && pool_agrees(facts, settling->account) &&
           quota_agrees(facts, settling->quota) && caps_agree(facts) &&
           hold_agrees(facts, settling->hold) && purchase_agrees(facts, settling->purchase) &&
           transit_agrees(settling) && line_agrees(settling);
}
