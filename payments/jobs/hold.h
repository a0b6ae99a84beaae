/* The 1.00 USD holds: asked for, found out about when the answer was lost, and given back until
 * that is confirmed (PAY-05, PAY-06). */
#ifndef PAYMENTS_JOBS_HOLD_H
#define PAYMENTS_JOBS_HOLD_H

#include "payments/jobs/attempt.h"

extern const struct attempt_kind hold_attempts;

#endif
