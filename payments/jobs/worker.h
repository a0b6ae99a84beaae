/* Brings holds and top-ups to their ends: takes what is due and drives each in a task of its own, a
 * bounded number at once. */
#ifndef PAYMENTS_JOBS_WORKER_H
#define PAYMENTS_JOBS_WORKER_H

#include "payments/payments.h"

/* Starts the jobs; waking one looks at once. */
void worker_start(struct payments *payments, int64_t interval_ms);

/* Cancels what is driven; what was sent is found out by whoever drives it next. */
void worker_cancel_all(void);

#endif
