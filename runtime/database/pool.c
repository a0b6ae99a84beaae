#include "runtime/database/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"

static struct metric in_use = {.name = "database_pool_in_use",
                               .help = "Connections lent to transactions.",
                               .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(in_use);
static struct metric most = {
    .name = "database_pool_max", .help = "Connections for transactions.", .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(most);

bool pools_are_up(const struct database *database)
{
    return pool_least_busy(&database->shared) != NULL ||
           pool_least_busy(&database->exclusive) != NULL;
}

/* After every change of a link. */
static void note_reach(struct database *database)
{
    if (pools_are_up(database))
        database->unreachable_since_us = 0;
    else if (database->unreachable_since_us == 0)
        database->unreachable_since_us = clock_monotonic_us();
}

/* ---- the exclusive pool ---- */

static void lend(struct connection *connection, const struct task *holder)
{
    assert(connection_is_ready(connection) && connection->first == NULL);
    connection_move_hold(connection, HOLD_LENT);
    connection->holder = holder;
    connection->lent_us = clock_monotonic_us();
    metric_add(&in_use, NULL, 1);
}

static void offer_exclusive(struct connection *connection)
{
    struct database *database = connection->owner;
    note_reach(database);
    if (connection->hold != HOLD_FREE || !connection_is_ready(connection) ||
        database->exclusive.waiters.first == NULL)
        return;
    lend(connection, database->exclusive.waiters.first->task);
    waiters_grant(&database->exclusive.waiters, connection);
}

static void exclusive_drained(struct connection *connection)
{
    note_reach(connection->owner);
    if (connection->hold != HOLD_RETURNED)
        return;
    assert(connection->first == NULL);
    metric_add(&in_use, NULL, -1);
    connection_let_go(connection);
    offer_exclusive(connection);
}

void pool_return(struct connection *connection)
{
    assert(connection->hold == HOLD_LENT);
    connection_move_hold(connection, HOLD_RETURNED);
    connection->holder = NULL;
    if (connection->first == NULL)
        exclusive_drained(connection);
    else
        connection_abandon(connection);
}

static struct connection *find_free(const struct connection_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        if (connection_is_ready(&pool->connections[i]) && pool->connections[i].hold == HOLD_FREE)
            return &pool->connections[i];
    return NULL;
}

enum failure pool_take(struct task *task, struct database *database, struct connection **connection)
{
    assert(task_current() == task);
    enum failure failure = task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    *connection =
        database->exclusive.waiters.first == NULL ? find_free(&database->exclusive) : NULL;
    if (*connection != NULL) {
        lend(*connection, task);
        return FAILURE_NONE;
    }
    failure = waiters_wait(task, &database->exclusive.waiters, connection);
    if (failure != FAILURE_NONE && *connection != NULL)
        pool_return(*connection);
    return failure;
}

/* ---- the shared pool ---- */

static void shared_ready(struct connection *connection)
{
    struct database *database = connection->owner;
    assert(connection_is_ready(connection) && connection->hold == HOLD_FREE);
    note_reach(database);
    while (waiters_grant(&database->shared.waiters, connection))
        continue;
}

static void shared_drained(struct connection *connection)
{
    note_reach(connection->owner);
}

struct connection *pool_least_busy(const struct connection_pool *pool)
{
    struct connection *best = NULL;
    for (size_t i = 0; i < pool->count; i++) {
        struct connection *connection = &pool->connections[i];
        if (connection_is_ready(connection) &&
            (best == NULL || connection->in_flight < best->in_flight))
            best = connection;
    }
    return best;
}

enum failure pool_share(struct task *task, struct database *database,
                        struct connection **connection)
{
    assert(task_current() == task);
    enum failure failure = task_state(task);
    *connection = pool_least_busy(&database->shared);
    if (failure != FAILURE_NONE || *connection != NULL)
        return failure;
    return waiters_wait(task, &database->shared.waiters, connection);
}

/* ---- life ---- */

void pool_init(struct connection_pool *pool, struct database *database, int count,
               int64_t wait_max_ms)
{
    assert(count >= 0 && wait_max_ms >= 0);
    waiters_init(&pool->waiters, loop_uv(database->loop), wait_max_ms,
                 &database->unreachable_since_us);
    pool->count = (size_t)count;
    pool->connections = calloc(pool->count > 0 ? pool->count : 1, sizeof *pool->connections);
    assert(pool->connections != NULL);
}

static void pool_connect(struct connection_pool *pool, struct database *database,
                         void (*on_ready)(struct connection *),
                         void (*on_drained)(struct connection *))
{
    for (size_t i = 0; i < pool->count; i++) {
        struct connection *connection = &pool->connections[i];
        connection->owner = database;
        connection->on_ready = on_ready;
        connection->on_drained = on_drained;
        bool is_made = connection_init(connection, loop_uv(database->loop), &database->connector);
        assert(is_made);
        (void)is_made;
    }
}

void pools_connect(struct database *database)
{
    pool_connect(&database->shared, database, shared_ready, shared_drained);
    pool_connect(&database->exclusive, database, offer_exclusive, exclusive_drained);
    metric_add(&most, NULL, (int64_t)database->exclusive.count);
}

void pool_deinit(struct connection_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        connection_deinit(&pool->connections[i]);
    waiters_deinit(&pool->waiters);
    free(pool->connections);
}
