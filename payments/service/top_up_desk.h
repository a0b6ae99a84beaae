/* Money that was received: credited, in suspense, or on its way back; who says so, and what it does
 * to the top-up. */
#ifndef PAYMENTS_SERVICE_TOP_UP_DESK_H
#define PAYMENTS_SERVICE_TOP_UP_DESK_H

#include "payments/payments.h"
#include "payments/store/top_up_store.h"
#include "payments/v1/top_up.pb-c.h"

/* Moves a top-up that was just read; FAILURE_CONFLICT: another was faster, decide again. */
enum failure top_up_move(struct transaction *transaction, struct top_up *top_up,
                         enum top_up_event event, int64_t now_us) must_check;

/* TopUpService/MarkCredited. */
int top_up_mark_credited(struct call *call, const Payments__V1__MarkCreditedRequest *request,
                         Payments__V1__MarkCreditedResponse *response);

#endif
