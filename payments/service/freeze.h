/* Recharges meet the fence of freezes (GW-03). */
#ifndef PAYMENTS_SERVICE_FREEZE_H
#define PAYMENTS_SERVICE_FREEZE_H

#include "payments/payments.h"
#include "runtime/idempotency/call_once.h"

/* Refuses a recharge that was let in before the last freeze that was told here; the fence stays
 * where it is until the mutation is kept. By the header kontor-freeze-epoch: without it, none is
 * known. */
int freeze_admit(struct mutation *mutation) must_check;

#endif
