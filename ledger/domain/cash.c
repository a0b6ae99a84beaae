#include "ledger/domain/cash.h"

#include <assert.h>

#include "runtime/base/amount.h"

static const struct refusal refusals[] = {CASH_REFUSALS(REFUSAL_ROW)};

const struct refusal *cash_refusal(enum cash_verdict verdict)
{
    assert(verdict != CASH_ACCEPTED);
    return &refusals[verdict - 1];
}

static enum book other_side(const struct order *order)
{
    assert(order->kind == ORDER_TOP_UP || order->kind == ORDER_ADJUSTMENT);
    return order->kind == ORDER_TOP_UP ? BOOK_TOP_UP : BOOK_ADJUSTMENT;
}

enum cash_verdict cash_decide(const struct account *account, const struct order *order, struct allowance *allowance)
{
    if (account == NULL)
        return CASH_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return CASH_ACCOUNT_CLOSED;
    if (!account_has_currency(account, order->currency))
        return CASH_CURRENCY_MISMATCH;
    if (order->amount_micros < 0) {
        allowance_bound(allowance, "own", account_own(account));
        allowance_bound(allowance, "available", account_available(account));
        return -order->amount_micros > allowance->micros ? CASH_EXCEEDS_AVAILABLE : CASH_ACCEPTED;
    }
    bool room = account_has_room(account, BOOK_OWN, order->amount_micros) && account_has_room(account, other_side(order),
                                                                                              -order->amount_micros);
    return room ? CASH_ACCEPTED : CASH_OUT_OF_RANGE;
}

void cash_book(struct entry *entry)
{
    entry_post(entry, entry->account, BOOK_OWN, entry->amount_micros);
    entry_post(entry, entry->account, other_side(entry->order), -entry->amount_micros);
}
