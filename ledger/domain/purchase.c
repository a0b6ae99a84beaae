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

const struct refusal *purchase_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct order *order = settling->order;
    int64_t micros = order->amount_micros;
    bool on_behalf = !id_is_nil(order->sub_account_id);
    if (account == NULL)
        return purchase_refusal(PURCHASE_ACCOUNT_UNKNOWN);
    if (on_behalf && !quota_is_agreed(settling->quota))
        return purchase_refusal(PURCHASE_NOT_AGREED);
    if (on_behalf && quota_is_banned(settling->quota))
        return purchase_refusal(PURCHASE_QUOTA_UNKNOWN); /* PAY-16 */
    if (account->state == ACCOUNT_CLOSED)
        return purchase_refusal(PURCHASE_ACCOUNT_CLOSED);
    if (on_behalf && account_is_in_trouble(account, settling->now_us))
        return purchase_refusal(PURCHASE_PAYER_UNAVAILABLE); /* B.3; what runs goes on */
    if (account->state == ACCOUNT_FROZEN)
        return purchase_refusal(PURCHASE_ACCOUNT_FROZEN); /* GW-04: nothing new is bought */
    if (!account_may_spend(account))
        return purchase_refusal(PURCHASE_READ_ONLY); /* PAY-16 */
    if (!account_has_currency(account, order->currency))
        return purchase_refusal(PURCHASE_CURRENCY_MISMATCH);
    if (!account_meets_version(account, order->expected_version))
        return purchase_refusal(PURCHASE_VERSION_MISMATCH);
    if (!cap_allows(settling->cap, micros)) { /* LED-31, c-1: cap, quota, payer */
        *allowance = on_behalf ? cap_withheld(micros) : cap_explained(settling->cap, micros);
        return purchase_refusal(PURCHASE_CAP_EXCEEDED);
    }
    /* D.9 step 3, D.10, E24: quota and pool must both suffice; the quota is asked first. */
    struct quota_terms quota = on_behalf ? quota_terms(settling->quota) : (struct quota_terms){0};
    *allowance = on_behalf ? quota_explained(settling->quota, account)
                           : account_available_explained(account);
    if (on_behalf && micros > quota_available(&quota))
        return purchase_refusal(PURCHASE_QUOTA_EXCEEDED);
    bool is_short = micros > account_available(account); /* D.9 step 7 */
    if (is_short && on_behalf)
        return purchase_refusal(PURCHASE_PAYER_INSUFFICIENT);
    if (is_short && account_waits_for_contract(account, micros))
        return purchase_refusal(PURCHASE_CONTRACT_PENDING); /* LED-14 */
    if (is_short)
        return purchase_refusal(PURCHASE_EXCEEDS_AVAILABLE);
    if (!account_meets_minimum(account, micros, order->minimum_left_micros))
        return purchase_refusal(PURCHASE_MINIMUM_LEFT);
    struct payment payment = payment_plan(account, micros);
    if (!account_has_room(account, BOOK_REVENUE, micros) ||
        !account_has_room(account, BOOK_OUTSTANDING, -payment.credit_micros))
        return purchase_refusal(PURCHASE_OUT_OF_RANGE); /* E31 */
    if (!lots_reach(settling->facts, account, payment.transferred_in_micros))
        return purchase_refusal(PURCHASE_TOO_MANY_LOTS);
    assert(micros > 0 && micros <= account_available(account));
    return NULL;
}

struct purchase *purchase_open(struct facts *facts, struct entry *entry, struct quota *quota)
{
    struct account *account = entry->account;
    assert(facts->purchase_count < facts->purchase_count_max && entry->amount_micros > 0);
    struct purchase *purchase = &facts->purchases[facts->purchase_count++];
    *purchase = (struct purchase){.account = account,
                                  .chain_id = entry->chain->company_id,
                                  .sequence = entry->sequence,
                                  .amount_micros = entry->amount_micros,
                                  .paid = payment_plan(account, entry->amount_micros),
                                  .recorded_us = entry->recorded_us,
                                  .counted_us = entry->recorded_us,
                                  .quota = quota,
                                  .is_new = true};
    assert(payment_total(&purchase->paid) == purchase->amount_micros); /* D.9: paid whole */
    payment_book(facts, entry, &purchase->paid, purchase,
                 bill_due_us(facts, account, entry->chain->now_us));
    entry_post(entry, account, BOOK_REVENUE, entry->amount_micros);
    if (quota != NULL)
        quota_deduct(facts, quota, entry->amount_micros);
    return purchase;
}

void purchase_book(struct settling *settling)
{
    assert(settling->quota == NULL || settling->quota->account == settling->account);
    cap_spend(settling, settling->cap, settling->entry->amount_micros, settling->now_us);
    settling->outcome->purchase = *purchase_open(settling->facts, settling->entry, settling->quota);
}

static const struct refusal refund_refusals[] = {REFUND_REFUSALS(REFUSAL_ROW)};

const struct refusal *refund_refusal(enum refund_verdict verdict)
{
    assert(verdict != REFUND_ACCEPTED);
    return &refund_refusals[verdict - 1];
}

const struct refusal *refund_decide(const struct settling *settling, struct allowance *allowance)
{
    const struct account *account = settling->account;
    const struct purchase *purchase = settling->purchase;
    const struct order *order = settling->order;
    if (account == NULL)
        return refund_refusal(REFUND_ACCOUNT_UNKNOWN);
    if (purchase == NULL || purchase->account != account)
        return refund_refusal(REFUND_PURCHASE_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return refund_refusal(REFUND_ACCOUNT_CLOSED);
    if (!account_has_currency(account, order->currency))
        return refund_refusal(REFUND_CURRENCY_MISMATCH);
    allowance_bound(allowance, "refundable",
                    payment_total(&purchase->paid) - payment_total(&purchase->refunded));
    if (order->amount_micros > allowance->micros)
        return refund_refusal(REFUND_EXCEEDS_PURCHASE);
    if (!account_has_room(account, BOOK_OWN, order->amount_micros) ||
        !account_has_room(account, BOOK_REFUND_CREDIT, order->amount_micros) ||
        !account_has_room(account, BOOK_TRANSFERRED_IN, order->amount_micros))
        return refund_refusal(REFUND_OUT_OF_RANGE); /* E31 */
    if (purchase->quota != NULL && !quota_has_room(purchase->quota, -order->amount_micros))
        return refund_refusal(REFUND_OUT_OF_RANGE);
    assert(order->amount_micros <= payment_total(&purchase->paid));
    return NULL;
}

struct cap *purchase_cap(struct facts *facts, const struct purchase *purchase)
{
    static const struct id nobody;
    assert(purchase->account != NULL);
    return cap_of(facts, purchase->account,
                  purchase->quota != NULL ? purchase->quota->sub_account_id : nobody);
}

static int64_t give(int64_t *rest_micros, int64_t paid_micros, int64_t refunded_micros)
{
    assert(*rest_micros >= 0 && paid_micros >= refunded_micros);
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

void refund_book(struct settling *settling)
{
    struct facts *facts = settling->facts;
    struct entry *entry = settling->entry;
    struct account *account = entry->account;
    struct purchase *purchase = settling->purchase;
    struct payment back = refund_plan(purchase, entry->amount_micros);
    assert(entry->amount_micros > 0 && payment_total(&back) == entry->amount_micros);
    FACTS_CHANGE(facts, purchase);
    cap_spend(settling, purchase_cap(facts, purchase), -entry->amount_micros, purchase->counted_us);
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
    assert(payment_total(&purchase->refunded) <= payment_total(&purchase->paid) &&
           lots_agree(account));
    settling->quota = purchase->quota;
    settling->outcome->purchase = *purchase;
}
