#include "ledger/domain/payment.h"

#include <assert.h>

#include "ledger/domain/bill.h"
#include "ledger/domain/lot.h"
#include "runtime/base/amount.h"

static int64_t take(int64_t *rest_micros, int64_t there_micros)
{
    assert(*rest_micros >= 0 && there_micros >= 0);
    int64_t taken = amount_min(*rest_micros, there_micros);
    *rest_micros -= taken;
    return taken;
}

struct payment payment_plan(const struct account *account, int64_t micros) /* D.9 */
{
    struct payment payment;
    payment.transferred_in_micros = take(&micros, account_transferred_in(account)); /* step 4 */
    payment.own_micros = take(&micros, account_own(account));                       /* step 5 */
    payment.refund_credit_micros =
        take(&micros, account_refund_credit(account)); /* step 6: R, then the limit */
    payment.credit_micros = micros;
    assert(payment.credit_micros >= 0);
    return payment;
}

int64_t payment_total(const struct payment *payment)
{
    return payment->transferred_in_micros + payment->own_micros + payment->refund_credit_micros +
           payment->credit_micros;
}

int64_t payment_funds(const struct account *account)
{
    return account_cash(account) + account_refund_credit(account);
}

void payment_book(struct facts *facts, struct entry *entry, const struct payment *payment,
                  struct purchase *purchase, int64_t due_us)
{
    struct account *account = entry->account;
    assert(payment->transferred_in_micros >= 0 && payment->own_micros >= 0 &&
           payment->refund_credit_micros >= 0 && payment->credit_micros >= 0);
    lots_spend(facts, account, payment->transferred_in_micros, purchase);
    entry_post(entry, account, BOOK_TRANSFERRED_IN, -payment->transferred_in_micros);
    entry_post(entry, account, BOOK_OWN, -payment->own_micros);
    entry_post(entry, account, BOOK_REFUND_CREDIT, -payment->refund_credit_micros);
    entry_post(entry, account, BOOK_OUTSTANDING, -payment->credit_micros);
    bill_open(facts, account, entry, payment->credit_micros, due_us);
    assert(account_cash(account) >= 0 && account_refund_credit(account) >= 0 &&
           lots_agree(account));
}
