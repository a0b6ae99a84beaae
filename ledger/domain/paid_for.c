#include "ledger/domain/paid_for.h"

#include <assert.h>
#include <string.h>

const struct refusal *paid_for_refusal(const char *reason)
{
    assert(reason != NULL);
    if (strcmp(reason, purchase_refusal(PURCHASE_ACCOUNT_UNKNOWN)->reason) == 0)
        return purchase_refusal(PURCHASE_NOT_AGREED);
    for (int verdict = PURCHASE_ACCOUNT_UNKNOWN; verdict < PURCHASE_VERDICT_END; verdict++) {
        const struct refusal *refusal = purchase_refusal((enum purchase_verdict)verdict);
        if (strcmp(reason, refusal->reason) == 0)
            return refusal;
    }
    return NULL;
}
