#include "ledger/domain/closing.h"

#include <assert.h>

#define CLOSING_BLOCKER_ROW(blocker, reason, sentence) {(reason), (sentence)},
static const struct {
    const char *reason;
    const char *sentence;
} blockers[] = {CLOSING_BLOCKERS(CLOSING_BLOCKER_ROW)};

size_t closing_blockers(const struct account *account, const struct resource_standing *resources,
                        int64_t unrated, struct closing_found found[CLOSING_BLOCKER_COUNT])
{
    const struct closing_found all[CLOSING_BLOCKER_COUNT] = {
        {CLOSING_CASH, .amount_micros = account_cash(account)},
        {CLOSING_REFUND_CREDIT, .amount_micros = account_refund_credit(account)},
        {CLOSING_HOLDS, .amount_micros = account->frozen_micros},
        {CLOSING_UNBILLED, .amount_micros = account_unbilled(account)},
        {CLOSING_UNRATED, .count = unrated}, /* it would be used for nothing */
        {CLOSING_OUTSTANDING, .amount_micros = account_outstanding(account)},
        {CLOSING_TRANSIT, .amount_micros = account->sent_micros}, /* it may have to come back */
        {CLOSING_NOT_STARTED, .count = resources->not_started},
        {CLOSING_RESOURCES, .count = resources->not_released},
        {CLOSING_SUBSCRIPTION, .count = resources->in_term, .until_us = resources->until_us},
        {CLOSING_AUTO_RENEW, .count = resources->renewing},
    };
    size_t count = 0;
    for (int i = 0; i < CLOSING_BLOCKER_COUNT; i++)
        if (all[i].amount_micros != 0 || all[i].count != 0) /* ID-12, ID-14, ID-15, LED-37 */
            found[count++] = all[i];
    assert(count <= CLOSING_BLOCKER_COUNT);
    return count;
}

const char *closing_reason(enum closing_blocker blocker)
{
    assert(blocker < CLOSING_BLOCKER_COUNT);
    return blockers[blocker].reason;
}

const char *closing_sentence(enum closing_blocker blocker)
{
    assert(blocker < CLOSING_BLOCKER_COUNT);
    return blockers[blocker].sentence;
}
