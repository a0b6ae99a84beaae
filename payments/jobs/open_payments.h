/* Shows how many holds and top-ups are open, and calls people when one is open for too long. */
#ifndef PAYMENTS_JOBS_OPEN_PAYMENTS_H
#define PAYMENTS_JOBS_OPEN_PAYMENTS_H

#include "payments/payments.h"

void open_payments_start(struct payments *payments);

#endif
