#include "ledger/domain/purchase.h"

#include <assert.h>

#include "ledger/domain/bill.h"
#include "ledger/domain/lot.h"
#include "ledger/domain/payment.h"
#include "ledger/domain/quota.h"
#include "runtime/base/amount.h"

static const struct refusal purchase_refusals[] = {PURCHASE_REFUSALS(REFUSAL_ROW)};

const struct refusal *purchase_refusal(enum purchase_verdict verdict)
{
    assert(verdict != PURCHASE_ACCEPTED);
    return &purchase_refusals[verdict - 1];
}

/* Whether the limit that waits for its contract is all that is missing (LED-14). */
static bool contract_would_help(const struct account *account, int64_t micros)
{
    return account->contract_state == CONTRACT_PENDING &&
           micros <= account_available(account) + account->credit_limit_micros;
}

static bool books_have_room(const struct account *account, int64_t micros) /* E31 */
{
    struct payment payment = payment_plan(account, micros);
    return account_has_room(account, BOOK_REVENUE, micros) &&
           account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros);
}

static enum purchase_verdict enough(const struct account *account, int64_t micros,
                                    struct allowance *allowance) /* D.9 step 7 */
{
    *allowance = account_available_explained(account);
    if (micros <= allowance->micros)
        return PURCHASE_ACCEPTED;
    return contract_would_help(account, micros) ? PURCHASE_CONTRACT_PENDING
                                                : PURCHASE_EXCEEDS_AVAILABLE;
}

/* D.9 step 3, D.10, E24: quota and pool must both suffice; the quota is asked first. */
static enum purchase_verdict enough_on_behalf(const struct account *account,
                                              const struct quota *quota, int64_t micros,
                                              struct allowance *allowance)
{
    struct quota_terms terms = quota_terms(quota);
    *allowance = quota_explained(&terms, account);
    if (micros > quota_available(&terms))
        return PURCHASE_QUOTA_EXCEEDED;
    return micros > account_available(account) ? PURCHASE_PAYER_INSUFFICIENT : PURCHASE_ACCEPTED;
}

enum purchase_verdict purchase_decide(const struct account *account, const struct quota *quota,
                                      const struct order *order, struct allowance *allowance)
{
    int64_t micros = order->amount_micros;
    bool on_behalf = !id_is_nil(order->sub_account_id);
    if (account == NULL)
        return PURCHASE_ACCOUNT_UNKNOWN;
    if (on_behalf && quota == NULL)
        return PURCHASE_QUOTA_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return PURCHASE_ACCOUNT_CLOSED;
    if (account->state == ACCOUNT_FROZEN)
        return PURCHASE_ACCOUNT_FROZEN;
    if (!account_has_currency(account, order->currency))
        return PURCHASE_CURRENCY_MISMATCH;
    if (!account_meets_version(account, order->expected_version))
        return PURCHASE_VERSION_MISMATCH;
    enum purchase_verdict verdict = on_behalf ? enough_on_behalf(account, quota, micros, allowance)
                                              : enough(account, micros, allowance);
    if (verdict != PURCHASE_ACCEPTED)
        return verdict;
    if (!account_meets_minimum(account, micros, order->minimum_left_micros))
        return PURCHASE_MINIMUM_LEFT;
    if (!books_have_room(account, micros))
        return PURCHASE_OUT_OF_RANGE;
    return lots_reach(account, payment_plan(account, micros).transferred_in_micros)
               ? PURCHASE_ACCEPTED
               : PURCHASE_TOO_MANY_LOTS;
}

struct purchase *purchase_book(struct facts *facts, struct entry *entry, struct quota *quota)
{
    struct account *account = entry->account;
    assert(facts->purchase_count < facts->purchase_count_max);
    struct purchase *purchase = &facts->purchases[facts->purchase_count++];
    *purchase = (struct purchase){.account = account,
                                  .sequence = entry->sequence,
                                  .amount_micros = entry->amount_micros,
                                  .paid = payment_plan(account, entry->amount_micros),
                                  .recorded_us = entry->recorded_us,
                                  .quota = quota,
                                  .is_new = true};
    payment_book(facts, entry, &purchase->paid, purchase,
                 bill_due_us(facts, account, facts->now_us));
    entry_post(entry, account, BOOK_REVENUE, entry->amount_micros);
    if (quota != NULL)
        quota_deduct(facts, quota, entry->amount_micros);
    return purchase;
}

static const struct refusal refund_refusals[] = {REFUND_REFUSALS(REFUSAL_ROW)};

const struct refusal *refund_refusal(enum refund_verdict verdict)
{
    assert(verdict != REFUND_ACCEPTED);
    return &refund_refusals[verdict - 1];
}

static int64_t payment_total(const struct payment *payment)
{
    return payment->transferred_in_micros + payment->own_micros + payment->refund_credit_micros +
           payment->credit_micros;
}

enum refund_verdict refund_decide(const struct account *account, const struct purchase *purchase,
                                  const struct order *order, struct allowance *allowance)
{
    if (account == NULL)
        return REFUND_ACCOUNT_UNKNOWN;
    if (purchase == NULL || purchase->account != account)
        return REFUND_PURCHASE_UNKNOWN;
    if (account->state == ACCOUNT_CLOSED)
        return REFUND_ACCOUNT_CLOSED;
    if (!account_has_currency(account, order->currency))
        return REFUND_CURRENCY_MISMATCH;
    allowance_bound(allowance, "refundable",
                    payment_total(&purchase->paid) - payment_total(&purchase->refunded));
    if (order->amount_micros > allowance->micros)
        return REFUND_EXCEEDS_PURCHASE;
    bool room = account_has_room(account, BOOK_OWN, order->amount_micros) &&
                account_has_room(account, BOOK_REFUND_CREDIT, order->amount_micros) &&
                account_has_room(account, BOOK_TRANSFERRED_IN, order->amount_micros) &&
                (purchase->quota == NULL || quota_has_room(purchase->quota, -order->amount_micros));
    return room ? REFUND_ACCEPTED : REFUND_OUT_OF_RANGE;
}

static int64_t give(int64_t *rest_micros, int64_t paid_micros, int64_t refunded_micros)
{
    int64_t given = amount_min(*rest_micros, paid_micros - refunded_micros);
    *rest_micros -= given;
    return given;
}

struct payment refund_plan(const struct purchase *purchase, int64_t micros) /* D.9, E16 */
{
    const struct payment *paid = &purchase->paid, *refunded = &purchase->refunded;
    struct payment back;
    back.credit_micros = give(&micros, paid->credit_micros, refunded->credit_micros);
    back.refund_credit_micros =
        give(&micros, paid->refund_credit_micros, refunded->refund_credit_micros);
    back.own_micros = give(&micros, paid->own_micros, refunded->own_micros);
    back.transferred_in_micros =
        give(&micros, paid->transferred_in_micros, refunded->transferred_in_micros);
    assert(micros == 0);
    return back;
}

void refund_book(struct facts *facts, struct entry *entry, struct purchase *purchase)
{
    struct account *account = entry->account;
    struct payment back = refund_plan(purchase, entry->amount_micros);
    FACTS_CHANGE(facts, purchase);
    if (purchase->quota != NULL) {
        entry->sub_account_id = purchase->quota->sub_account_id;
        quota_deduct(
            facts, purchase->quota,
            -entry->amount_micros); /* D.10: below zero after an offset, and that is legal */
    }
    lots_restore(facts, purchase, back.transferred_in_micros);
    purchase->refunded.transferred_in_micros += back.transferred_in_micros;
    purchase->refunded.own_micros += back.own_micros;
    purchase->refunded.refund_credit_micros += back.refund_credit_micros;
    purchase->refunded.credit_micros += back.credit_micros;
    purchase->changed = true;
    entry_post(entry, account, BOOK_REVENUE, -entry->amount_micros);
    entry_post(entry, account, BOOK_TRANSFERRED_IN, back.transferred_in_micros);
    entry_post(entry, account, BOOK_OWN, back.own_micros);
    entry_post(entry, account, BOOK_REFUND_CREDIT,
               back.refund_credit_micros + back.credit_micros); /* R of D.5 */
}
