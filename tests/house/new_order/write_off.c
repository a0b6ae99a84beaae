#include "ledger/domain/write_off.h"

#include <assert.h>

#include "ledger/domain/bill.h"
#include "ledger/domain/usage.h"

const struct refusal *write_off_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    if (account == NULL)
        return usage_refusal(USAGE_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return usage_refusal(USAGE_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return usage_refusal(USAGE_CURRENCY_MISMATCH);
    allowance_bound(allowance, "outstanding", account_outstanding(account));
    if (order->amount_micros > allowance->micros)
        return usage_refusal(USAGE_EXCEEDS_OUTSTANDING);
    if (!bills_reach(settling->facts, account, order->amount_micros))
        return usage_refusal(USAGE_TOO_MANY_BILLS);
    return NULL;
}

void write_off_book(struct settling *settling)
{
    struct entry *entry = settling->entry;
    int64_t outstanding = account_outstanding(entry->account);
    assert(entry->amount_micros > 0 && entry->amount_micros <= outstanding);
    entry_post(entry, entry->account, BOOK_OUTSTANDING, entry->amount_micros);
    entry_post(entry, entry->account, BOOK_ADJUSTMENT, -entry->amount_micros);
    bills_pay(settling->facts, entry->account, entry->amount_micros);
    assert(account_outstanding(entry->account) == outstanding - entry->amount_micros);
}
