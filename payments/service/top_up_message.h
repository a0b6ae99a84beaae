/* Top-ups on the wire. */
#ifndef PAYMENTS_SERVICE_TOP_UP_MESSAGE_H
#define PAYMENTS_SERVICE_TOP_UP_MESSAGE_H

#include "payments/store/top_up_store.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/base/arena.h"

Payments__V1__TopUpRail top_up_rail_to_message(enum top_up_rail rail);
/* false: unspecified or unknown. */
bool top_up_rail_from_message(Payments__V1__TopUpRail message, enum top_up_rail *rail) must_check;

/* In the arena; NULL at its maximum. */
Payments__V1__TopUp *top_up_to_message(struct arena *arena, const struct top_up *top_up, int64_t now_us) must_check;

#endif
