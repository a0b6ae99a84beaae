/* Tasks that drive one hold or one top-up each, a bounded number at once. */
#ifndef PAYMENTS_JOBS_DRIVER_H
#define PAYMENTS_JOBS_DRIVER_H

#include "payments/payments.h"

typedef enum failure driver_body(struct task *task, struct payments *payments, struct id account_id,
                                 struct id subject_id);

/* How many more may be driven now. */
size_t driver_room(const struct payments *payments);

/* Drives one in a task of its own; what it returns is logged. name is a literal. */
enum failure driver_spawn(struct payments *payments, const char *name, driver_body *body,
                          struct id account_id, struct id subject_id) must_check;

/* Cancels what is driven; what was sent is found out by whoever drives it next. */
void driver_cancel_all(void);

#endif
