#include "ledger/domain/transfer.h"

#include <assert.h>

#include "ledger/domain/lot.h"

static const struct refusal transfer_refusals[] = {TRANSFER_REFUSALS(REFUSAL_ROW)};

const struct refusal *transfer_refusal(enum transfer_verdict verdict)
{
    assert(verdict != TRANSFER_ACCEPTED);
    return &transfer_refusals[verdict - 1];
}

/* LED-06 (2), settled 6: the ledger's own look at "same company". */
static enum transfer_verdict same_company(const struct account *source,
                                          const struct account *destination)
{
    if (!source->corporate || !destination->corporate)
        return TRANSFER_NOT_CORPORATE;
    if (!source->company_verified || !destination->company_verified)
        return TRANSFER_NOT_VERIFIED;
    return id_equal(source->company_id, destination->company_id) ? TRANSFER_ACCEPTED
                                                                 : TRANSFER_DIFFERENT_COMPANY;
}

static enum transfer_verdict both_usable(const struct account *source,
                                         const struct account *destination, const char *currency)
{
    if (source->state == ACCOUNT_CLOSED)
        return TRANSFER_SOURCE_CLOSED;
    if (source->state == ACCOUNT_FROZEN)
        return TRANSFER_SOURCE_FROZEN;
    if (destination->state == ACCOUNT_CLOSED)
        return TRANSFER_DESTINATION_CLOSED;
    if (!account_has_currency(source, currency) ||
        !account_has_currency(destination, currency)) /* PAY-24 */
        return TRANSFER_CURRENCY_MISMATCH;
    return TRANSFER_ACCEPTED;
}

static enum transfer_verdict self_service(const struct account *source, int64_t now_us)
{
    switch (account_self_service(source, now_us)) {
    case SELF_SERVICE_PAY_ON_BEHALF:
        return TRANSFER_PAY_ON_BEHALF; /* LED-17 */
    case SELF_SERVICE_RECEIVABLES:
        return TRANSFER_RECEIVABLES; /* LED-18 */
    case SELF_SERVICE_OPEN:
        break;
    }
    return TRANSFER_ACCEPTED;
}

static enum transfer_verdict enough(const struct account *source, const struct account *destination,
                                    const struct order *order, int64_t now_us,
                                    struct allowance *allowance)
{
    *allowance = account_transferable(source, now_us);
    if (account_is_overdue(source, now_us)) /* LED-08, E11 */
        return TRANSFER_OVERDUE;
    if (order->amount_micros > allowance->micros) /* LED-09 */
        return TRANSFER_EXCEEDS;
    if (!account_meets_minimum(source, order->amount_micros, order->minimum_left_micros))
        return TRANSFER_MINIMUM_LEFT;
    return account_has_room(destination, BOOK_TRANSFERRED_IN, order->amount_micros)
               ? TRANSFER_ACCEPTED
               : TRANSFER_OUT_OF_RANGE; /* E31 */
}

enum transfer_verdict transfer_decide(const struct account *source,
                                      const struct account *destination, const struct order *order,
                                      int64_t now_us, struct allowance *allowance)
{
    if (source == NULL)
        return TRANSFER_SOURCE_UNKNOWN;
    if (destination == NULL)
        return TRANSFER_DESTINATION_UNKNOWN;
    enum transfer_verdict verdict = same_company(source, destination);
    if (verdict == TRANSFER_ACCEPTED)
        verdict = both_usable(source, destination, order->currency);
    if (verdict == TRANSFER_ACCEPTED)
        verdict = self_service(source, now_us);
    if (verdict == TRANSFER_ACCEPTED && !account_meets_version(source, order->expected_version))
        verdict = TRANSFER_VERSION_MISMATCH;
    return verdict != TRANSFER_ACCEPTED ? verdict
                                        : enough(source, destination, order, now_us, allowance);
}

void transfer_book(struct facts *facts, struct entry *entry)
{
    entry_post(entry, entry->account, BOOK_OWN, -entry->amount_micros);
    entry_post(entry, entry->counterparty, BOOK_TRANSFERRED_IN, entry->amount_micros);
    lot_grant(facts, entry->counterparty, entry, entry->account->id, entry->amount_micros);
}

static const struct refusal revoke_refusals[] = {REVOKE_REFUSALS(REFUSAL_ROW)};

const struct refusal *revoke_refusal(enum revoke_verdict verdict)
{
    assert(verdict != REVOKE_ACCEPTED);
    return &revoke_refusals[verdict - 1];
}

static bool exceeds_whatever_lots(const struct account *destination, int64_t micros)
{
    return micros > account_transferred_in(destination) || micros > account_available(destination);
}

enum revoke_verdict revoke_decide(const struct account *source, const struct account *destination,
                                  const struct order *order, struct allowance *allowance)
{
    if (source == NULL)
        return REVOKE_SOURCE_UNKNOWN;
    if (destination == NULL || !id_equal(source->company_id, destination->company_id))
        return REVOKE_DESTINATION_UNKNOWN;
    if (source->state == ACCOUNT_CLOSED)
        return REVOKE_SOURCE_CLOSED;
    if (!account_has_currency(source, order->currency) ||
        !account_has_currency(destination, order->currency))
        return REVOKE_CURRENCY_MISMATCH;
    if (!lots_know(destination, source->id)) /* LED-11 */
        return REVOKE_NO_PRIOR_TRANSFER;
    if (!account_meets_version(source, order->expected_version))
        return REVOKE_VERSION_MISMATCH;
    bool of_all_lots = lots_are_all_of(destination, source->id);
    *allowance =
        account_revocable(destination, lots_remaining_of(destination, source->id), of_all_lots);
    if (order->amount_micros > allowance->micros) /* LED-10, LED-12, LED-13 */
        return of_all_lots || exceeds_whatever_lots(destination, order->amount_micros)
                   ? REVOKE_EXCEEDS
                   : REVOKE_TOO_MANY_LOTS;
    if (!account_meets_minimum(destination, order->amount_micros, order->minimum_left_micros))
        return REVOKE_MINIMUM_LEFT;
    if (!account_has_room(source, BOOK_OWN, order->amount_micros))
        return REVOKE_OUT_OF_RANGE;
    if (!order->suspension_acknowledged &&
        account_would_suspend(destination, order->amount_micros)) /* E10 */
        return REVOKE_WOULD_SUSPEND;
    return REVOKE_ACCEPTED;
}

void revoke_book(struct facts *facts, struct entry *entry)
{
    lots_revoke(facts, entry->counterparty, entry->account->id, entry->amount_micros);
    entry_post(entry, entry->counterparty, BOOK_TRANSFERRED_IN, -entry->amount_micros);
    entry_post(entry, entry->account, BOOK_OWN, entry->amount_micros);
}
