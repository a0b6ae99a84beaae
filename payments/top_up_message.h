/* Top-ups on the wire. */
#ifndef PAYMENTS_TOP_UP_MESSAGE_H
#define PAYMENTS_TOP_UP_MESSAGE_H

#include "payments/store/top_up_store.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/base/arena.h"
#include "runtime/rpc/call.h"

Payments__V1__TopUpRail top_up_rail_to_message(enum top_up_rail rail);
/* false: unspecified or unknown. */
bool top_up_rail_from_message(Payments__V1__TopUpRail message, enum top_up_rail *rail) must_check;

/* false: unspecified or unknown. */
bool top_up_state_from_message(Payments__V1__TopUpState message,
                               enum top_up_state *state) must_check;

/* In the arena. */
Payments__V1__TopUp *top_up_to_message(struct arena *arena, const struct top_up *top_up,
                                       int64_t now_us) must_check;

/* The same for a page (runtime/rpc/page.h) of struct top_up. */
ProtobufCMessage *top_up_row_to_message(struct call *call, const void *top_up);

#endif
