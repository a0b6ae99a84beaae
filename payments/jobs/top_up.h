/* Top-ups by card: charged, polled, found out about when the answer was lost, and paid back
 * (PAY-14). Waiting never fails a charge that may have been made, and a charge is credited only
 * when the provider names exactly our amount (PAY-13). */
#ifndef PAYMENTS_JOBS_TOP_UP_H
#define PAYMENTS_JOBS_TOP_UP_H

#include "payments/jobs/attempt.h"
#include "payments/store/top_up_store.h"

extern const struct attempt_kind top_up_attempts;

#endif
