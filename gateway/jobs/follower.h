/* Followers: each reads one peer's events by cursor and keeps a saga for every event that asks for
 * one, in the transaction that moves the cursor. So each event is applied once and none is missed,
 * whatever is killed when and however many replicas follow. */
#ifndef GATEWAY_JOBS_FOLLOWER_H
#define GATEWAY_JOBS_FOLLOWER_H

#include "gateway/gateway.h"

/* One for each peer. */
void followers_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms);

/* Something happened that others are waiting for: look at once, not at the next turn. */
void followers_wake(const struct gateway *gateway);

#endif
