#include "ledger/domain/bill.h"

#include <assert.h>

#include "runtime/base/amount.h"

int64_t bill_due_us(const struct facts *facts, const struct account *account, int64_t now_us)
{
    assert(now_us > 0 && facts->payment_term_us >= 0);
    bool at_once =
        account->payment_mode == PAYMENT_PREPAID && account_limit_effective(account) == 0;
    return at_once ? now_us : now_us + facts->payment_term_us;
}

static int64_t bill_unpaid(const struct bill *bill)
{
    assert(bill->owed_micros >= bill->paid_micros);
    return bill->owed_micros - bill->paid_micros;
}

void bill_open(struct facts *facts, struct account *account, const struct entry *entry,
               int64_t micros, int64_t due_us)
{
    assert(micros >= 0);
    if (micros == 0)
        return;
    struct bill **place = &account->bills;
    struct bill *before = NULL;
    while (*place != NULL &&
           (*place)->due_us <= due_us) { /* sequences only grow: behind its equals */
        before = *place;
        place = &before->next;
    }
    if (before != NULL)
        FACTS_CHANGE(facts, before);
    assert(facts->bill_count < facts->bill_count_max);
    struct bill *bill = &facts->bills[facts->bill_count++];
    *bill = (struct bill){.account = account,
                          .next = *place,
                          .sequence = entry->sequence,
                          .due_us = due_us,
                          .owed_micros = micros,
                          .is_new = true};
    *place = bill;
    if (account->earliest_due_us == 0 || due_us < account->earliest_due_us)
        account->earliest_due_us = due_us;
    assert(account->earliest_due_us > 0 && account->earliest_due_us <= due_us);
}

bool bills_reach(struct facts *facts, const struct account *account, int64_t micros)
{
    assert(micros >= 0);
    size_t count = 0;
    for (const struct bill *bill = account->bills; bill != NULL; bill = bill->next) {
        if (bill->is_new && !account->bills_complete)
            break; /* others that were not read may be due before it */
        if (micros < bill_unpaid(bill))
            return true; /* this one stays the earliest due */
        micros -= bill_unpaid(bill);
        if (++count > ORDER_BILLS_MAX)
            return false;
    }
    if (!account->bills_complete)
        facts_fall_short(facts);
    return account->bills_complete && micros == 0;
}

void bills_pay(struct facts *facts, struct account *account, int64_t micros)
{
    assert(micros > 0);
    struct bill *bill = account->bills;
    while (bill != NULL && micros >= bill_unpaid(bill)) {
        FACTS_CHANGE(facts, bill);
        micros -= bill_unpaid(bill);
        bill->paid_micros = bill->owed_micros;
        bill->changed = true;
        bill = bill->next;
    }
    account->bills = bill; /* the account itself was kept when its entry began */
    account->earliest_due_us = bill != NULL ? bill->due_us : 0;
    if (micros == 0)
        return;
    assert(bill != NULL);
    FACTS_CHANGE(facts, bill);
    bill->paid_micros += micros;
    bill->changed = true;
    assert(bill->paid_micros < bill->owed_micros);
}
