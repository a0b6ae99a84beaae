/* Top-ups on the wire. */
#ifndef PAYMENTS_TOP_UP_MESSAGE_H
#define PAYMENTS_TOP_UP_MESSAGE_H

#include "payments/store/top_up_store.h"
#include "payments/v1/top_up.pb-c.h"
#include "runtime/base/arena.h"

Payments__V1__TopUpRail top_up_rail_to_message(enum top_up_rail rail);
/* false: unspecified or unknown. */
bool top_up_rail_from_message(Payments__V1__TopUpRail message, enum top_up_rail *rail) must_check;

/* false: unspecified or unknown. */
bool top_up_state_from_message(Payments__V1__TopUpState message,
                               enum top_up_state *state) must_check;

/* What was read for a page of so many: one more when others follow. */
struct top_up_rows {
    const struct top_up *top_ups;
    size_t count;
    size_t page_size;
};
enum failure top_up_page(struct arena *arena, struct top_up_rows rows,
                         Payments__V1__TopUp ***messages, size_t *count,
                         char **next_page_token) must_check;

/* In the arena; NULL at its maximum. */
Payments__V1__TopUp *top_up_to_message(struct arena *arena, const struct top_up *top_up,
                                       int64_t now_us) must_check;

#endif
