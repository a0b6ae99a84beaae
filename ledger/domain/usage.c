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

static enum usage_verdict usable(const struct account *account)
{
    if (account == NULL)
        return USAGE_ACCOUNT_UNKNOWN;
    return account->state == ACCOUNT_CLOSED ? USAGE_ACCOUNT_CLOSED : USAGE_ACCEPTED;
}

static enum usage_verdict payable(const struct account *account, int64_t micros)
{
    struct payment payment = payment_plan(account, micros);
    if (!account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros))
        return USAGE_OUT_OF_RANGE;
    return lots_reach(account, payment.transferred_in_micros) ? USAGE_ACCEPTED
                                                              : USAGE_TOO_MANY_LOTS;
}

enum usage_verdict usage_decide(const struct account *account, const struct quota *quota,
                                const struct order *order)
{
    if (account != NULL && quota == NULL && !id_is_nil(order->sub_account_id))
        return USAGE_QUOTA_UNKNOWN;
    enum usage_verdict verdict = usable(account);
    if (verdict != USAGE_ACCEPTED)
        return verdict;
    if (!account_has_currency(account, order->currency))
        return USAGE_CURRENCY_MISMATCH;
    if (!account_has_room(account, BOOK_REVENUE, order->amount_micros) ||
        !account_has_room(account, BOOK_UNBILLED, -order->amount_micros))
        return USAGE_OUT_OF_RANGE; /* E31 */
    if (quota != NULL && !quota_has_room(quota, order->amount_micros))
        return USAGE_OUT_OF_RANGE;
    return account->payment_mode == PAYMENT_PREPAID
               ? payable(account, account_unbilled(account) + order->amount_micros)
               : USAGE_ACCEPTED;
}

enum usage_verdict settlement_decide(const struct account *account)
{
    enum usage_verdict verdict = usable(account);
    if (verdict != USAGE_ACCEPTED)
        return verdict;
    if (account_unbilled(account) == 0)
        return USAGE_NOTHING_OWED;
    return payable(account, account_unbilled(account));
}

int64_t bill_payment_micros(const struct account *account, const struct order *order)
{
    return order->amount_micros != 0
               ? order->amount_micros
               : amount_min(account_outstanding(account), payment_funds(account));
}

enum usage_verdict bill_payment_decide(const struct account *account, const struct order *order,
                                       struct allowance *allowance)
{
    enum usage_verdict verdict = usable(account);
    if (verdict != USAGE_ACCEPTED)
        return verdict;
    if (!account_has_currency(account, order->currency))
        return USAGE_CURRENCY_MISMATCH;
    allowance_bound(allowance, "outstanding", account_outstanding(account));
    allowance_bound(allowance, "funds", payment_funds(account));
    int64_t micros = bill_payment_micros(account, order);
    if (account_outstanding(account) == 0 || micros == 0)
        return USAGE_NOTHING_OWED;
    if (micros > account_outstanding(account))
        return USAGE_EXCEEDS_OUTSTANDING;
    if (micros > payment_funds(account))
        return USAGE_EXCEEDS_FUNDS;
    if (!lots_reach(account, payment_plan(account, micros).transferred_in_micros))
        return USAGE_TOO_MANY_LOTS;
    return bills_reach(account, micros) ? USAGE_ACCEPTED : USAGE_TOO_MANY_BILLS;
}

/* Takes everything unbilled through the spend order; what funds do not cover is billed (settled 8).
 */
static struct payment settle(struct facts *facts, struct entry *entry, int64_t due_us)
{
    struct account *account = entry->account;
    int64_t unbilled = account_unbilled(account);
    struct payment payment = payment_plan(account, unbilled);
    payment_book(facts, entry, &payment, NULL, due_us);
    entry_post(entry, account, BOOK_UNBILLED, unbilled);
    if (account->pool != NULL)
        pool_settle(facts, account->pool, entry->sequence);
    return payment;
}

struct payment usage_book(struct facts *facts, struct entry *entry, struct quota *quota)
{
    struct account *account = entry->account;
    if (quota != NULL)
        quota_meter(facts, quota, entry->amount_micros, entry->sequence);
    entry_post(entry, account, BOOK_UNBILLED, -entry->amount_micros);
    entry_post(entry, account, BOOK_REVENUE, entry->amount_micros);
    if (account->payment_mode == PAYMENT_PREPAID)
        return settle(facts, entry, bill_due_us(facts, account, facts->now_us));
    return (struct payment){0};
}

struct payment settlement_book(struct facts *facts, struct entry *entry)
{
    int64_t due_us = entry->order->due_us != 0 ? entry->order->due_us
                                               : bill_due_us(facts, entry->account, facts->now_us);
    entry->amount_micros = account_unbilled(entry->account);
    return settle(facts, entry, due_us);
}

struct payment bill_payment_book(struct facts *facts, struct entry *entry)
{
    struct account *account = entry->account;
    entry->amount_micros = bill_payment_micros(account, entry->order);
    struct payment payment = payment_plan(account, entry->amount_micros);
    assert(payment.credit_micros == 0);
    payment_book(facts, entry, &payment, NULL, 0);
    entry_post(entry, account, BOOK_OUTSTANDING, entry->amount_micros);
    bills_pay(facts, account, entry->amount_micros);
    return payment;
}
