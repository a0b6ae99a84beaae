/* The fence of freezes (GW-03): no recharge is accepted that was let in before a freeze was told
 * here; who let it in asks again whether it is frozen. */
#ifndef PAYMENTS_DOMAIN_FREEZE_H
#define PAYMENTS_DOMAIN_FREEZE_H

#include <stdint.h>

#include "runtime/base/refusal.h"

#define FREEZE_REFUSALS(X)                                 \
    X(FREEZE_MOVED, NOT_YET, CODE_ABORTED, "FREEZE_MOVED", \
      "Accounts were frozen at this very moment; try again.")

enum freeze_verdict { FREEZE_PASSED = 0, FREEZE_REFUSALS(REFUSAL_ENUM) };

/* How many freezes had come into force when it was let in, and when the fence was raised. */
enum freeze_verdict freeze_decide(int64_t known_epoch, int64_t fence_epoch);
const struct refusal *freeze_refusal(enum freeze_verdict verdict);

#endif
