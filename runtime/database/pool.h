/* The database's connections: some shared by everybody's single statements, some lent to one
 * transaction at a time. */
#ifndef RUNTIME_DATABASE_POOL_H
#define RUNTIME_DATABASE_POOL_H

#include "runtime/database/connection.h"
#include "runtime/database/waiters.h"

#define LOCKED_SCOPES 256

struct connection_pool {
    struct connection *connections;
    size_t count;
    struct waiters waiters;
};

struct database {
    struct loop *loop;
    struct connector connector;
    struct connection_pool shared;
    struct connection_pool exclusive;
    int64_t unreachable_since_us; /* monotonic; 0: a connection is up, or none ever was */
    bool hands_locks_back;
    size_t patient; /* transactions that came back for a lock and have a connection */
    struct event patient_left;
    uint16_t locked_scopes[LOCKED_SCOPES]; /* transactions of the scope, by its hash, that wait for
                                              a lock */
};

/* Awaits a shared connection that is up, the one with the least in flight. It is not held: use it
 * before the next await. */
enum failure pool_share(struct task *task, struct database *database,
                        struct connection **connection) must_check;

/* Awaits a connection of one's own. */
enum failure pool_take(struct task *task, struct database *database,
                       struct connection **connection) must_check;

/* Gives it back. It serves the next one when every answer that is still to come was read. */
void pool_return(struct connection *connection);

/* The connection that is up and has the least in flight; NULL when none is up. */
struct connection *pool_least_busy(const struct connection_pool *pool) must_check;

/* Whether any connection is up. */
bool pools_are_up(const struct database *database) must_check;

/* For database.c. Connecting begins with pools_connect. */
void pool_init(struct connection_pool *pool, struct database *database, int count,
               int64_t wait_max_ms);
void pools_connect(struct database *database);
void pool_deinit(struct connection_pool *pool);

/* The failure to fail this statement with, from database_fail_nth. */
enum failure database_fault(void) must_check;

#endif
