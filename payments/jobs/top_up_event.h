/* The events of a top-up, appended in the transaction that makes them so. */
#ifndef PAYMENTS_JOBS_TOP_UP_EVENT_H
#define PAYMENTS_JOBS_TOP_UP_EVENT_H

#include "payments/payments.h"
#include "payments/store/top_up_store.h"

/* The provider or the bank has the money. */
enum failure top_up_tell_succeeded(struct transaction *transaction, const struct top_up *top_up,
                                   int64_t now_us) must_check;
enum failure top_up_tell_failed(struct transaction *transaction, const struct top_up *top_up,
                                const char *reason, int64_t now_us) must_check;
/* The payer has the money back. */
enum failure top_up_tell_returned(struct transaction *transaction, const struct top_up *top_up,
                                  int64_t now_us) must_check;

#endif
