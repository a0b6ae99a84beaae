/* Drives the 1.00 USD holds: asks for them, finds out what became of lost answers, and gives the
 * money back until that is confirmed (PAY-05, PAY-06). Every step is kept before it leaves, so any
 * process can go on where another was killed. */
#ifndef PAYMENTS_JOBS_HOLD_DRIVER_H
#define PAYMENTS_JOBS_HOLD_DRIVER_H

#include "payments/payments.h"
#include "payments/store/hold_store.h"

/* Takes one step after another until the hold is closed or has to wait for its next time. */
enum failure hold_driver_run(struct task *task, struct payments *payments,
                             struct hold_key key) must_check;

/* Looks at the provider whatever the state, and applies what is seen; for webhooks. *known: there
 * is such a hold; *certain: the provider gave an answer that could be applied or needed none. */
enum failure hold_driver_observe(struct task *task, struct payments *payments, struct hold_key key,
                                 bool *known, bool *certain) must_check;

/* The periodic job: takes what is due and drives each in a task of its own. */
enum failure hold_driver_tick(struct task *task, void *payments) must_check;

#endif
