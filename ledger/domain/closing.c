#include "ledger/domain/closing.h"

#include <assert.h>

#define CLOSING_BLOCKER_ROW(blocker, reason, sentence) {(reason), (sentence)},
static const struct {
    const char *reason;
    const char *sentence;
} blockers[] = {CLOSING_BLOCKERS(CLOSING_BLOCKER_ROW)};

size_t closing_blockers(const struct account *account,
                        struct closing_found found[CLOSING_BLOCKER_COUNT])
{
    const int64_t amounts[CLOSING_BLOCKER_COUNT] = {
        [CLOSING_CASH] = account_cash(account),
        [CLOSING_REFUND_CREDIT] = account_refund_credit(account),
        [CLOSING_HOLDS] = account->frozen_micros,
        [CLOSING_UNBILLED] = account_unbilled(account),
        [CLOSING_OUTSTANDING] = account_outstanding(account),
        [CLOSING_TRANSIT] = account->sent_micros, /* it may have to come back */
    };
    size_t count = 0;
    for (int i = 0; i < CLOSING_BLOCKER_COUNT; i++)
        if (amounts[i] != 0) /* ID-12, ID-15 */
            found[count++] = (struct closing_found){(enum closing_blocker)i, amounts[i]};
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
