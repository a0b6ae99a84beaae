/* Partners in trouble (B.3, ID-26): how each stands in the ledger is told to identity when that
 * changes; at once by the ledger's events and when an operator sets its account's state, and by a
 * look at those who have customers, a page a turn, which sees what nobody tells: a contract whose
 * date came, a bill that was paid, a look that failed. */
#ifndef GATEWAY_JOBS_UPSTREAM_WATCH_H
#define GATEWAY_JOBS_UPSTREAM_WATCH_H

#include "gateway/gateway.h"
#include "runtime/loop/loop.h"

/* At one partner, or an account that is none, now. */
enum failure upstream_watch_look(struct task *task, struct gateway *gateway,
                                 const char *agent_id) must_check;

void upstream_watch_start(struct gateway *gateway, int64_t interval_ms, struct loop *loop);

#endif
