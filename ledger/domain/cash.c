#include "ledger/domain/cash.h"

#include <assert.h>

static const struct refusal top_up_refusals[] = {TOP_UP_REFUSALS(REFUSAL_ROW)};
static const struct refusal adjustment_refusals[] = {ADJUSTMENT_REFUSALS(REFUSAL_ROW)};

const struct refusal *top_up_refusal(enum top_up_verdict verdict)
{
    assert(verdict != TOP_UP_ACCEPTED);
    return &top_up_refusals[verdict - 1];
}

const struct refusal *adjustment_refusal(enum adjustment_verdict verdict)
{
    assert(verdict != ADJUSTMENT_ACCEPTED);
    return &adjustment_refusals[verdict - 1];
}

static const struct refusal release_refusals[] = {RELEASE_REFUSALS(REFUSAL_ROW)};

const struct refusal *release_refusal(enum release_verdict verdict)
{
    assert(verdict != RELEASE_ACCEPTED);
    return &release_refusals[verdict - 1];
}

/* Own cash against the book of the other side. */
static bool has_room(const struct account *account, enum book other_side, int64_t micros)
{
    return account_has_room(account, BOOK_OWN, micros) &&
           account_has_room(account, other_side, -micros);
}

static void book_own(struct entry *entry, enum book other_side, int64_t micros)
{
    assert(micros != 0 && account_own(entry->account) + micros >= 0);
    entry_post(entry, entry->account, BOOK_OWN, micros);
    entry_post(entry, entry->account, other_side, -micros);
}

const struct refusal *top_up_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    (void)allowance; /* money that was received has no limit */
    if (account == NULL)
        return top_up_refusal(TOP_UP_ACCOUNT_UNKNOWN);
    /* GW-04: a frozen account takes what was paid before it was frozen. */
    if (account->state == ACCOUNT_CLOSED)
        return top_up_refusal(TOP_UP_ACCOUNT_CLOSED);
    if (account->currency[0] == '\0')
        return top_up_refusal(TOP_UP_CURRENCY_NOT_SET);
    if (!account_has_currency(account, order->currency))
        return top_up_refusal(TOP_UP_CURRENCY_MISMATCH);
    if (!has_room(account, BOOK_TOP_UP, order->amount_micros))
        return top_up_refusal(TOP_UP_OUT_OF_RANGE); /* E31 */
    return NULL;
}

void top_up_book(struct settling *settling)
{
    assert(settling->entry->amount_micros > 0);
    book_own(settling->entry, BOOK_TOP_UP, settling->entry->amount_micros);
}

/* The provider's suspense names each of its accounts after its chain and currency; no customer's
 * account is named so (gateway/domain/suspense.c). */
static bool is_suspense(const struct account *account)
{
    return id_equal(account->id, id_derive(account->company_id, account->currency));
}

const struct refusal *release_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    if (account == NULL)
        return release_refusal(RELEASE_ACCOUNT_UNKNOWN);
    if (!account_has_currency(account, order->currency))
        return release_refusal(RELEASE_CURRENCY_MISMATCH);
    allowance_bound(allowance, "own", is_suspense(account) ? account_own(account) : 0);
    if (order->amount_micros > allowance->micros)
        return release_refusal(RELEASE_EXCEEDS_AVAILABLE);
    assert(order->amount_micros <= account_own(account));
    return NULL;
}

void release_book(struct settling *settling)
{
    assert(settling->entry->amount_micros > 0);
    book_own(settling->entry, BOOK_TOP_UP, -settling->entry->amount_micros);
}

const struct refusal *adjustment_decide(const struct settling *settling,
                                        struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    if (account == NULL)
        return adjustment_refusal(ADJUSTMENT_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return adjustment_refusal(ADJUSTMENT_ACCOUNT_CLOSED);
    bool takes = order->amount_micros < 0;
    if (!takes && !account_takes(account, order->accept_read_only))
        return adjustment_refusal(ADJUSTMENT_READ_ONLY); /* PAY-16 */
    if (!account_has_currency(account, order->currency))
        return adjustment_refusal(ADJUSTMENT_CURRENCY_MISMATCH);
    if (takes) {
        allowance_bound(allowance, "own", account_own(account));
        allowance_bound(allowance, "available", account_available(account));
    }
    if (takes && -order->amount_micros > allowance->micros)
        return adjustment_refusal(ADJUSTMENT_EXCEEDS_AVAILABLE);
    if (!takes && !has_room(account, BOOK_ADJUSTMENT, order->amount_micros))
        return adjustment_refusal(ADJUSTMENT_OUT_OF_RANGE); /* E31 */
    return NULL;
}

void adjustment_book(struct settling *settling)
{
    assert(settling->entry->amount_micros != 0);
    book_own(settling->entry, BOOK_ADJUSTMENT, settling->entry->amount_micros);
}
