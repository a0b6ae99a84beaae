/* Partners in trouble (B.3, ID-26): how each stands in the ledger is told to identity when that
 * changes; at once by the ledger's events, and by a look at all now and then, which sees what no
 * event tells: an account that was frozen, a contract that ended, a bill that was paid. */
#ifndef GATEWAY_JOBS_UPSTREAM_WATCH_H
#define GATEWAY_JOBS_UPSTREAM_WATCH_H

#include "gateway/gateway.h"
#include "runtime/loop/loop.h"

void upstream_watch_start(struct gateway *gateway, int64_t interval_ms, struct loop *loop);

#endif
