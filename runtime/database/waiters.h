/* Tasks that wait for a connection, first come, first served, each for the same longest time; but
 * for UNREACHABLE_MS at most once no connection is up: a database that fails over, or is not to be
 * reached, is told of soon, and one that is only started again is waited for. */
#ifndef RUNTIME_DATABASE_WAITERS_H
#define RUNTIME_DATABASE_WAITERS_H

#include <uv.h>

#include "runtime/database/connection.h"

#define WAITERS_MAX 4096
#define UNREACHABLE_MS 1000

struct waiter {
    struct waiter *next;
    bool is_queued;
    struct event woken;
    int64_t until_us;
    const struct task *task;
    struct connection *granted;
};

struct waiters {
    struct waiter *first;
    struct waiter *last;
    size_t count;
    int64_t wait_max_ms;
    const int64_t *unreachable_since_us; /* 0: a connection of the database is up */
    uv_timer_t *timer;                   /* for the first, whose time ends first */
};

void waiters_init(struct waiters *waiters, uv_loop_t *loop, int64_t wait_max_ms,
                  const int64_t *unreachable_since_us);
void waiters_deinit(struct waiters *waiters);

/* Awaits a connection. FAILURE_UNAVAILABLE when the longest time passed or the database was
 * unreachable for so long, FAILURE_EXHAUSTED when too
 * many wait already. A connection may have been granted although the task was cancelled meanwhile:
 * look at *granted whatever is returned. */
enum failure waiters_wait(struct task *task, struct waiters *waiters,
                          struct connection **granted) must_check;

/* Gives the connection to the first waiter; false when nobody waits. */
bool waiters_grant(struct waiters *waiters, struct connection *connection);

#endif
