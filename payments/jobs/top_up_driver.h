/* Drives top-ups: charges, polls, and finds out what became of lost answers (PAY-14). Waiting never
 * fails a charge that may have been made, and a charge is credited only when the provider names
 * exactly our amount (PAY-13). */
#ifndef PAYMENTS_JOBS_TOP_UP_DRIVER_H
#define PAYMENTS_JOBS_TOP_UP_DRIVER_H

#include "payments/payments.h"
#include "payments/store/top_up_store.h"

/* Takes one step after another until the top-up is decided or has to wait for its next time. */
enum failure top_up_driver_run(struct task *task, struct payments *payments,
                               struct top_up_key key) must_check;

/* Looks at the provider whatever the state, and applies what is seen; for webhooks. As
 * hold_driver_observe. */
enum failure top_up_driver_observe(struct task *task, struct payments *payments,
                                   struct top_up_key key, bool *known, bool *certain) must_check;

/* The periodic job: takes what is due and drives each in a task of its own. */
enum failure top_up_driver_tick(struct task *task, void *payments) must_check;

/* Tells the world that the provider or the bank has the money, in the transaction that makes the
 * top-up SUCCEEDED. */
enum failure top_up_tell_succeeded(struct transaction *transaction, const struct top_up *top_up,
                                   int64_t now_us) must_check;
/* Tells it that the payer has the money back. */
enum failure top_up_tell_returned(struct transaction *transaction, const struct top_up *top_up,
                                  int64_t now_us) must_check;

#endif
