#include "ledger/domain/paid_for.h"

#include <assert.h>
#include <string.h>

#include "ledger/domain/hold.h"
#include "ledger/domain/purchase.h"

static bool is_reason(const struct refusal *refusal, const char *reason)
{
    assert(reason != NULL);
    return strcmp(refusal->reason, reason) == 0;
}

const struct refusal *paid_for_refusal(const char *reason)
{
    if (is_reason(purchase_refusal(PURCHASE_ACCOUNT_UNKNOWN), reason))
        return purchase_refusal(PURCHASE_NOT_AGREED);
    for (int verdict = PURCHASE_ACCOUNT_UNKNOWN; verdict < PURCHASE_VERDICT_END; verdict++)
        if (is_reason(purchase_refusal((enum purchase_verdict)verdict), reason))
            return purchase_refusal((enum purchase_verdict)verdict);
    return NULL;
}

const struct refusal *held_for_refusal(const char *reason)
{
    if (is_reason(hold_refusal(HOLD_ACCOUNT_UNKNOWN), reason))
        return hold_refusal(HOLD_NOT_AGREED);
    for (int verdict = HOLD_ACCOUNT_UNKNOWN; verdict < HOLD_VERDICT_END; verdict++)
        if (is_reason(hold_refusal((enum hold_verdict)verdict), reason))
            return hold_refusal((enum hold_verdict)verdict);
    return NULL;
}
