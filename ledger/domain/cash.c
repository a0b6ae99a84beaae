#include "ledger/domain/cash.h"

#include <assert.h>

#include "runtime/base/amount.h"

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

static enum book other_side(const struct order *order)
{
    assert(order->kind == ORDER_TOP_UP || order->kind == ORDER_TOP_UP_RELEASE ||
           order->kind == ORDER_ADJUSTMENT);
    return order->kind == ORDER_ADJUSTMENT ? BOOK_ADJUSTMENT : BOOK_TOP_UP;
}

static bool has_room(const struct account *account, const struct order *order)
{
    return account_has_room(account, BOOK_OWN, order->amount_micros) &&
           account_has_room(account, other_side(order), -order->amount_micros);
}

enum top_up_verdict top_up_decide(const struct account *account, const struct order *order)
{
    if (account == NULL)
        return TOP_UP_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return TOP_UP_ACCOUNT_CLOSED;
    if (account->currency[0] == '\0')
        return TOP_UP_CURRENCY_NOT_SET;
    if (!account_has_currency(account, order->currency))
        return TOP_UP_CURRENCY_MISMATCH;
    return has_room(account, order) ? TOP_UP_ACCEPTED : TOP_UP_OUT_OF_RANGE;
}

enum adjustment_verdict adjustment_decide(const struct account *account, const struct order *order,
                                          struct allowance *allowance)
{
    if (account == NULL)
        return ADJUSTMENT_ACCOUNT_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return ADJUSTMENT_ACCOUNT_CLOSED;
    if (!account_has_currency(account, order->currency))
        return ADJUSTMENT_CURRENCY_MISMATCH;
    if (order->amount_micros < 0) {
        allowance_bound(allowance, "own", account_own(account));
        allowance_bound(allowance, "available", account_available(account));
        return -order->amount_micros > allowance->micros ? ADJUSTMENT_EXCEEDS_AVAILABLE
                                                         : ADJUSTMENT_ACCEPTED;
    }
    return has_room(account, order) ? ADJUSTMENT_ACCEPTED : ADJUSTMENT_OUT_OF_RANGE;
}

enum release_verdict release_decide(const struct account *account, const struct order *order,
                                    struct allowance *allowance)
{
    if (account == NULL)
        return RELEASE_ACCOUNT_UNKNOWN;
    if (!account_has_currency(account, order->currency))
        return RELEASE_CURRENCY_MISMATCH;
    allowance_bound(allowance, "own", account_own(account));
    return order->amount_micros > allowance->micros ? RELEASE_EXCEEDS_AVAILABLE : RELEASE_ACCEPTED;
}

void cash_book(struct entry *entry)
{
    int64_t micros =
        entry->order->kind == ORDER_TOP_UP_RELEASE ? -entry->amount_micros : entry->amount_micros;
    entry_post(entry, entry->account, BOOK_OWN, micros);
    entry_post(entry, entry->account, other_side(entry->order), -micros);
}
