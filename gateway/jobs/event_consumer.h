/* Event consumers: each reads one peer's events by cursor and keeps a saga for every event that
 * asks for one, in the transaction that moves the cursor. So each event is applied once and none is
 * missed, whatever is killed when and however many replicas read. */
#ifndef GATEWAY_JOBS_EVENT_CONSUMER_H
#define GATEWAY_JOBS_EVENT_CONSUMER_H

#include "gateway/gateway.h"

/* One for each peer. */
void event_consumers_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms);

/* Something happened that others are waiting for: look at once, not at the next turn. */
void event_consumers_wake(const struct gateway *gateway);

#endif
