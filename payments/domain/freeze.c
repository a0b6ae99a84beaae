#include "payments/domain/freeze.h"

#include <assert.h>

static const struct refusal refusals[] = {FREEZE_REFUSALS(REFUSAL_ROW)};

enum freeze_verdict freeze_decide(int64_t known_epoch, int64_t fence_epoch)
{
    assert(known_epoch >= 0 && fence_epoch >= 0);
    return known_epoch < fence_epoch ? FREEZE_MOVED : FREEZE_PASSED;
}

const struct refusal *freeze_refusal(enum freeze_verdict verdict)
{
    assert(verdict == FREEZE_MOVED);
    return &refusals[verdict - 1];
}
