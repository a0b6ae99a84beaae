#include "ledger/domain/transfer.h"

#include <assert.h>

#include "ledger/domain/lot.h"
#include "ledger/domain/transit.h"
#include "runtime/base/amount.h"

static const struct refusal transfer_refusals[] = {TRANSFER_REFUSALS(REFUSAL_ROW)};

const struct refusal *transfer_refusal(enum transfer_verdict verdict)
{
    assert(verdict != TRANSFER_ACCEPTED);
    return &transfer_refusals[verdict - 1];
}

/* D.6: what alone keeps the account from giving anything, the first as listed. */
static enum transfer_verdict gate(const struct account *source, int64_t now_us)
{
    if (source->state == ACCOUNT_CLOSED)
        return TRANSFER_SOURCE_CLOSED;
    if (source->state == ACCOUNT_FROZEN)
        return TRANSFER_SOURCE_FROZEN;
    if (!account_may_spend(source))
        return TRANSFER_SOURCE_READ_ONLY; /* PAY-16 */
    switch (account_self_service(source, now_us)) {
    case SELF_SERVICE_PAY_ON_BEHALF:
        return TRANSFER_PAY_ON_BEHALF; /* LED-17 */
    case SELF_SERVICE_RECEIVABLES:
        return TRANSFER_RECEIVABLES; /* LED-18 */
    case SELF_SERVICE_OPEN:
        break;
    }
    return account_is_overdue(source, now_us) ? TRANSFER_OVERDUE : TRANSFER_ACCEPTED; /* LED-08 */
}

/* LED-07, LED-09, D.6 */
struct allowance transfer_allowance(const struct account *source, int64_t now_us)
{
    struct allowance allowance = allowance_empty();
    allowance_bound(&allowance, "own", account_own(source)); /* C - T */
    allowance_bound(&allowance, "available", account_available(source));
    allowance_add(&allowance, "cash", account_cash(source));
    allowance_add(&allowance, "transferred_in", account_transferred_in(source));
    allowance.micros = amount_max(0, allowance.micros);
    enum transfer_verdict closed = gate(source, now_us);
    if (closed != TRANSFER_ACCEPTED) {
        allowance.micros = 0;
        allowance.binding = transfer_refusal(closed)->reason;
    }
    assert(allowance.micros >= 0 && allowance.micros <= amount_max(0, account_own(source)));
    return allowance;
}

static bool is_of_one_chain(const struct settling *settling)
{
    assert(settling->account != NULL && settling->counterparty != NULL);
    return id_equal(settling->account->company_id, settling->counterparty->company_id);
}

/* LED-06 (2), settled 6: the ledger's own look at "same company". */
const struct refusal *transfer_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *source = settling->account, *destination = settling->counterparty;
    if (source == NULL || destination == NULL)
        return give_decide(settling, allowance);
    if (!source->corporate || !destination->corporate)
        return transfer_refusal(TRANSFER_NOT_CORPORATE);
    if (id_is_nil(source->verified_company_id) || id_is_nil(destination->verified_company_id))
        return transfer_refusal(TRANSFER_NOT_VERIFIED);
    if (!id_equal(source->verified_company_id, destination->verified_company_id))
        return transfer_refusal(TRANSFER_DIFFERENT_COMPANY);
    return give_decide(settling, allowance);
}

const struct refusal *give_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *source = settling->account, *destination = settling->counterparty;
    const struct order *order = settling->order;
    if (source == NULL)
        return transfer_refusal(TRANSFER_SOURCE_UNKNOWN);
    if (destination == NULL)
        return transfer_refusal(TRANSFER_DESTINATION_UNKNOWN);
    enum transfer_verdict closed = gate(source, settling->now_us);
    if (closed == TRANSFER_SOURCE_CLOSED || closed == TRANSFER_SOURCE_FROZEN ||
        closed == TRANSFER_SOURCE_READ_ONLY)
        return transfer_refusal(closed);
    if (destination->state == ACCOUNT_CLOSED)
        return transfer_refusal(TRANSFER_DESTINATION_CLOSED);
    if (!account_takes(destination, order->accept_read_only))
        return transfer_refusal(TRANSFER_DESTINATION_READ_ONLY); /* PAY-16 */
    if (!account_has_currency(source, order->currency) ||
        !account_has_currency(destination, order->currency))
        return transfer_refusal(TRANSFER_CURRENCY_MISMATCH); /* PAY-24 */
    if (closed == TRANSFER_PAY_ON_BEHALF || closed == TRANSFER_RECEIVABLES)
        return transfer_refusal(closed);
    if (!account_meets_version(source, order->expected_version))
        return transfer_refusal(TRANSFER_VERSION_MISMATCH);
    *allowance = transfer_allowance(source, settling->now_us);
    if (closed == TRANSFER_OVERDUE)
        return transfer_refusal(closed); /* LED-08, E11 */
    if (order->amount_micros > allowance->micros)
        return transfer_refusal(TRANSFER_EXCEEDS); /* LED-09 */
    if (!account_meets_minimum(source, order->amount_micros, order->minimum_left_micros))
        return transfer_refusal(TRANSFER_MINIMUM_LEFT);
    if (!account_has_room(destination, BOOK_TRANSFERRED_IN, order->amount_micros) ||
        (!is_of_one_chain(settling) &&
         !account_has_room(source, BOOK_CLEARING, order->amount_micros)))
        return transfer_refusal(TRANSFER_OUT_OF_RANGE); /* E31 */
    assert(source != destination && order->amount_micros > 0);
    assert(order->amount_micros <= account_own(source));
    return NULL;
}

static int64_t cash_of_both(const struct entry *entry)
{
    assert(entry->account != entry->counterparty);
    return account_cash(entry->account) + account_cash(entry->counterparty);
}

void transfer_book(struct settling *settling)
{
    struct entry *entry = settling->entry;
    if (!is_of_one_chain(settling)) {
        (void)transit_send(settling, transit_kind_giving(settling->lots),
                           settling->counterparty->id);
        return;
    }
    int64_t before = cash_of_both(entry);
    assert(entry->amount_micros > 0 && entry->amount_micros <= account_own(entry->account));
    entry_post(entry, entry->account, BOOK_OWN, -entry->amount_micros);
    entry_post(entry, entry->counterparty, BOOK_TRANSFERRED_IN, entry->amount_micros);
    lot_grant(settling->facts, entry->counterparty, entry,
              &(struct lot_grant){settling->lots, entry->account, entry->amount_micros});
    assert(cash_of_both(entry) == before && lots_agree(entry->counterparty));
}

static const struct refusal revoke_refusals[] = {REVOKE_REFUSALS(REFUSAL_ROW)};

const struct refusal *revoke_refusal(enum revoke_verdict verdict)
{
    assert(verdict != REVOKE_ACCEPTED);
    return &revoke_refusals[verdict - 1];
}

/* Even if all lots could be touched. */
static bool exceeds_anyway(const struct account *destination, int64_t micros)
{
    return micros > account_transferred_in(destination) || micros > account_available(destination);
}

static struct lot_origin origin_of(const struct settling *settling)
{
    assert(settling->account != NULL);
    return (struct lot_origin){settling->account->id, settling->lots};
}

static const struct refusal *revoke_judge(const struct settling *settling,
                                          struct allowance *allowance)
{
    const struct account *source = settling->account, *destination = settling->counterparty;
    const struct order *order = settling->order;
    if (source == NULL)
        return revoke_refusal(REVOKE_SOURCE_UNKNOWN);
    const struct lot_origin origin = origin_of(settling);
    if (destination == NULL || !lots_know(destination, origin))
        return revoke_refusal(REVOKE_NO_PRIOR_TRANSFER); /* LED-11, B.2 */
    if (source->state == ACCOUNT_CLOSED)
        return revoke_refusal(REVOKE_SOURCE_CLOSED);
    if (!account_has_currency(source, order->currency) ||
        !account_has_currency(destination, order->currency))
        return revoke_refusal(REVOKE_CURRENCY_MISMATCH);
    if (!account_meets_version(source, order->expected_version))
        return revoke_refusal(REVOKE_VERSION_MISMATCH);
    bool of_all_lots = lots_are_all_of(destination, origin);
    *allowance =
        account_revocable(destination, lots_remaining_of(destination, origin), of_all_lots);
    bool exceeds = order->amount_micros > allowance->micros; /* LED-10, LED-12, LED-13 */
    if (exceeds && (of_all_lots || exceeds_anyway(destination, order->amount_micros)))
        return revoke_refusal(REVOKE_EXCEEDS);
    if (exceeds)
        return revoke_refusal(REVOKE_TOO_MANY_LOTS);
    if (!account_meets_minimum(destination, order->amount_micros, order->minimum_left_micros))
        return revoke_refusal(REVOKE_MINIMUM_LEFT);
    if (!account_has_room(source, BOOK_OWN, order->amount_micros) ||
        (!is_of_one_chain(settling) &&
         !account_has_room(destination, BOOK_CLEARING, order->amount_micros)))
        return revoke_refusal(REVOKE_OUT_OF_RANGE);
    if (!order->suspension_acknowledged && account_would_suspend(destination, order->amount_micros))
        return revoke_refusal(REVOKE_WOULD_SUSPEND); /* E10 */
    assert(source != destination && order->amount_micros > 0);
    assert(order->amount_micros <= account_transferred_in(destination));
    return NULL;
}

const struct refusal *revoke_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct refusal *refusal = revoke_judge(settling, allowance);
    bool is_explained = allowance->term_count > 0; /* by what the lots hold: by all that count */
    if (refusal != NULL && is_explained &&
        !lots_are_all_of(settling->counterparty, origin_of(settling)))
        facts_fall_short(settling->facts);
    return refusal;
}

static void send_back(struct settling *settling, struct lot_origin origin)
{
    struct entry *entry = settling->entry;
    assert(entry->counterparty == NULL && entry->account == settling->counterparty);
    struct transit *transit =
        transit_send(settling, transit_kind_taking_back(origin.kind), origin.source_id);
    lots_revoke(settling->facts, entry->account, origin, entry->amount_micros, transit);
    assert(lots_agree(entry->account));
}

void revoke_book(struct settling *settling)
{
    struct entry *entry = settling->entry;
    const struct lot_origin origin = origin_of(settling);
    if (!is_of_one_chain(settling)) {
        send_back(settling, origin);
        return;
    }
    int64_t before = cash_of_both(entry);
    assert(entry->amount_micros > 0 &&
           entry->amount_micros <= account_transferred_in(entry->counterparty));
    lots_revoke(settling->facts, entry->counterparty, origin, entry->amount_micros, NULL);
    entry_post(entry, entry->counterparty, BOOK_TRANSFERRED_IN, -entry->amount_micros);
    entry_post(entry, entry->account, BOOK_OWN, entry->amount_micros);
    assert(cash_of_both(entry) == before && lots_agree(entry->counterparty));
}
