#include "ledger/domain/usage.h"

#include <assert.h>

#include "ledger/domain/bill.h"
#include "ledger/domain/lot.h"
#include "ledger/domain/payment.h"
#include "ledger/domain/quota.h"
#include "runtime/base/amount.h"

static const struct refusal refusals[] = {USAGE_REFUSALS(REFUSAL_ROW)};

const struct refusal *usage_refusal(enum usage_verdict verdict)
{
    assert(verdict != USAGE_ACCEPTED);
    return &refusals[verdict - 1];
}

/* How much of what is unbilled one order settles: all of it, or what as many lots hold as it may
 * touch; the rest stays unbilled. Lots pay first, so these pay it whole. */
static int64_t settled_micros(struct facts *facts, const struct account *account, int64_t unbilled)
{
    assert(unbilled >= 0);
    struct payment payment = payment_plan(account, unbilled);
    return lots_reach(facts, account, payment.transferred_in_micros) ? unbilled
                                                                     : lots_in_reach(account);
}

/* Whether the books can take what the account's sources would pay and owe. NULL: they can. */
static const struct refusal *payable(const struct account *account, int64_t micros)
{
    assert(micros >= 0);
    struct payment payment = payment_plan(account, micros);
    return account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros)
               ? NULL
               : usage_refusal(USAGE_OUT_OF_RANGE); /* E31 */
}

const struct refusal *usage_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    (void)allowance; /* usage is never refused for lack of money */
    if (account == NULL)
        return usage_refusal(USAGE_ACCOUNT_UNKNOWN);
    const struct quota *quota = settling->quota;
    int64_t used_us = order->effective_us != 0 ? order->effective_us : settling->now_us;
    if (quota != NULL && !quota_was_agreed(quota, used_us))
        return usage_refusal(USAGE_NOT_AGREED);
    if (quota != NULL && !quota->is_open && quota_is_banned(quota))
        return usage_refusal(USAGE_QUOTA_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return usage_refusal(USAGE_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return usage_refusal(USAGE_CURRENCY_MISMATCH);
    if (!account_has_room(account, BOOK_REVENUE, order->amount_micros) ||
        !account_has_room(account, BOOK_UNBILLED, -order->amount_micros))
        return usage_refusal(USAGE_OUT_OF_RANGE); /* E31 */
    if (quota != NULL && !quota_has_room(quota, order->amount_micros))
        return usage_refusal(USAGE_OUT_OF_RANGE);
    if (account->payment_mode != PAYMENT_PREPAID)
        return NULL;
    int64_t unbilled = account_unbilled(account) + order->amount_micros;
    return payable(account, settled_micros(settling->facts, account, unbilled));
}

const struct refusal *settlement_decide(const struct settling *settling,
                                        struct allowance *allowance)
{
    const struct account *account = settling->account;
    (void)allowance;
    if (account == NULL)
        return usage_refusal(USAGE_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return usage_refusal(USAGE_ACCOUNT_CLOSED);
    if (account_unbilled(account) == 0)
        return usage_refusal(USAGE_NOTHING_OWED);
    int64_t micros = settled_micros(settling->facts, account, account_unbilled(account));
    if (micros < account_unbilled(account))
        return usage_refusal(USAGE_TOO_MANY_LOTS);
    return payable(account, micros);
}

/* How much is paid: the order's amount, or for 0 as much as there is. */
static int64_t bill_payment_micros(const struct account *account, const struct order *order)
{
    return order->amount_micros != 0
               ? order->amount_micros
               : amount_min(account_outstanding(account), payment_funds(account));
}

const struct refusal *bill_payment_decide(const struct settling *settling,
                                          struct allowance *allowance)
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
    allowance_bound(allowance, "funds", payment_funds(account));
    int64_t micros = bill_payment_micros(account, order);
    if (account_outstanding(account) == 0 || micros == 0)
        return usage_refusal(USAGE_NOTHING_OWED);
    if (micros > account_outstanding(account))
        return usage_refusal(USAGE_EXCEEDS_OUTSTANDING);
    if (micros > payment_funds(account))
        return usage_refusal(USAGE_EXCEEDS_FUNDS);
    if (!lots_reach(settling->facts, account, payment_plan(account, micros).transferred_in_micros))
        return usage_refusal(USAGE_TOO_MANY_LOTS);
    if (!bills_reach(settling->facts, account, micros))
        return usage_refusal(USAGE_TOO_MANY_BILLS);
    assert(micros > 0 && micros <= account_outstanding(account));
    return NULL;
}

/* Takes what is unbilled, or as much of it as lots reach, through the spend order; what funds do
 * not cover is billed (settled 8). */
static struct payment settle(struct facts *facts, struct entry *entry, int64_t due_us)
{
    struct account *account = entry->account;
    int64_t micros = settled_micros(facts, account, account_unbilled(account));
    struct payment payment = payment_plan(account, micros);
    assert(micros >= 0 && micros <= account_unbilled(account));
    if (micros == 0)
        return payment;
    payment_book(facts, entry, &payment, NULL, due_us);
    entry_post(entry, account, BOOK_UNBILLED, micros);
    if (account->pool != NULL && account_unbilled(account) == 0)
        pool_settle(facts, account->pool, entry->sequence);
    return payment;
}

void usage_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    struct account *account = entry->account;
    assert(entry->amount_micros > 0);
    if (settling->quota != NULL)
        quota_meter(facts, settling->quota, entry->amount_micros, entry->sequence);
    cap_spend(settling, settling->cap, entry->amount_micros, entry->effective_us);
    entry_post(entry, account, BOOK_UNBILLED, -entry->amount_micros);
    entry_post(entry, account, BOOK_REVENUE, entry->amount_micros);
    if (account->payment_mode == PAYMENT_PREPAID)
        settling->outcome->paid =
            settle(facts, entry, bill_due_us(facts, account, settling->now_us));
}

void settlement_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    int64_t due_us = entry->order->due_us != 0
                         ? entry->order->due_us
                         : bill_due_us(facts, entry->account, settling->now_us);
    entry->amount_micros = account_unbilled(entry->account);
    settling->outcome->paid = settle(facts, entry, due_us);
    assert(payment_total(&settling->outcome->paid) == entry->amount_micros);
}

void bill_payment_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    struct account *account = entry->account;
    entry->amount_micros = bill_payment_micros(account, entry->order);
    struct payment payment = payment_plan(account, entry->amount_micros);
    assert(entry->amount_micros > 0 && entry->amount_micros <= account_outstanding(account));
    assert(payment.credit_micros == 0); /* no bill is paid by owing it again */
    payment_book(facts, entry, &payment, NULL, 0);
    entry_post(entry, account, BOOK_OUTSTANDING, entry->amount_micros);
    bills_pay(facts, account, entry->amount_micros);
    settling->outcome->paid = payment;
}
