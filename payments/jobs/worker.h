/* Brings holds and top-ups to their ends: claims what is due and works on each in a task of its
 * own, a bounded number at once. */
#ifndef PAYMENTS_JOBS_WORKER_H
#define PAYMENTS_JOBS_WORKER_H

#include "payments/payments.h"

/* Starts the jobs; waking one looks at once. */
void worker_start(struct payments *payments, int64_t interval_ms);

/* Cancels the work; the next worker finds out what became of a request that was sent. */
void worker_cancel_all(void);

#endif
