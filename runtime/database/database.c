#include "runtime/database/database.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/metrics.h"
#include "runtime/database/pool.h"

#define QUERY_ATTEMPTS_MAX 3

static struct metric in_use = {.name = "database_pool_in_use",
                               .help = "Connections lent to transactions.",
                               .kind = METRIC_GAUGE};

/* ---- faults ---- */

static unsigned long fault_countdown;
static enum failure fault_failure;

void database_fail_nth(unsigned long nth, enum failure failure)
{
    fault_countdown = nth;
    fault_failure = failure;
}

enum failure database_fault(void)
{
    if (fault_countdown == 0 || --fault_countdown > 0)
        return FAILURE_NONE;
    return fault_failure;
}

/* ---- the exclusive pool ---- */

static void lend(struct connection *connection)
{
    connection->is_held = true;
    connection->is_returned = false;
    metric_add(&in_use, NULL, 1);
}

static void offer_exclusive(struct connection *connection)
{
    struct database *database = connection->owner;
    if (connection->is_held || !connection_is_ready(connection) ||
        database->exclusive.waiters.first == NULL)
        return;
    lend(connection);
    waiters_grant(&database->exclusive.waiters, connection);
}

static void exclusive_drained(struct connection *connection)
{
    if (!connection->is_held || !connection->is_returned)
        return;
    metric_add(&in_use, NULL, -1);
    connection_let_go(connection);
    offer_exclusive(connection);
}

void pool_return(struct connection *connection)
{
    assert(connection->is_held && !connection->is_returned);
    connection->is_returned = true;
    if (connection->first == NULL)
        exclusive_drained(connection);
    else
        connection_abandon(connection);
}

static struct connection *find_free(const struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        if (connection_is_ready(&pool->connections[i]) && !pool->connections[i].is_held)
            return &pool->connections[i];
    return NULL;
}

enum failure pool_take(struct task *task, struct database *database, struct connection **connection)
{
    enum failure failure = task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    *connection =
        database->exclusive.waiters.first == NULL ? find_free(&database->exclusive) : NULL;
    if (*connection != NULL) {
        lend(*connection);
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
    while (waiters_grant(&database->shared.waiters, connection))
        continue;
}

static void shared_drained(struct connection *connection)
{
    (void)connection;
}

static struct connection *find_least_busy(const struct pool *pool)
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
    enum failure failure = task_state(task);
    *connection = find_least_busy(&database->shared);
    if (failure != FAILURE_NONE || *connection != NULL)
        return failure;
    return waiters_wait(task, &database->shared.waiters, connection);
}

/* ---- one statement, its own transaction ---- */

/* Whether what was sent may have been done; an error that PostgreSQL tells undid it. */
static bool may_be_done(const struct statement *statement)
{
    bool is_answered = statement->is_finished && !statement->is_lost;
    return !statement->only_reads && !(is_answered && statement->outcome.failure != FAILURE_NONE);
}

static enum failure query_once(struct reader reader, const struct query *query,
                               const struct param *params, size_t param_count, struct rows *rows,
                               bool *again)
{
    *again = false;
    struct connection *connection;
    struct statement *statement;
    enum failure failure = pool_share(reader.task, reader.database, &connection);
    if (failure != FAILURE_NONE)
        return failure;
    failure = connection_send(connection, query, params, param_count, &statement);
    *again = failure == FAILURE_UNAVAILABLE;
    if (failure != FAILURE_NONE)
        return failure;
    connection_sync(connection);
    failure = task_wait(reader.task, &statement->finished);
    if (may_be_done(statement))
        task_note_act(reader.task);
    if (failure == FAILURE_NONE && statement->is_lost) {
        *again = statement->only_reads;
        failure = *again ? FAILURE_UNAVAILABLE : FAILURE_INDEFINITE;
    } else if (failure == FAILURE_NONE) {
        *again = statement->outcome.plan_is_stale;
        failure = statement_rows(reader.task, statement, rows);
    }
    statement_release(statement);
    return failure;
}

struct single {
    const struct query *query;
    const struct param *params;
    size_t param_count;
    struct rows *rows;
};

static enum failure query_alone(struct transaction *transaction, void *argument)
{
    const struct single *single = argument;
    return transaction_query(transaction, single->query, single->params, single->param_count,
                             single->rows);
}

enum failure database_query(struct reader reader, const struct query *query,
                            const struct param *params, size_t param_count, struct rows *rows)
{
    enum failure failure =
        arena_exhausted(reader_arena(reader)) ? FAILURE_EXHAUSTED : database_fault();
    bool again = failure == FAILURE_NONE;
    for (int attempt = 0; again && attempt < QUERY_ATTEMPTS_MAX; attempt++)
        failure = query_once(reader, query, params, param_count, rows, &again);
    if (failure != FAILURE_LOCKED || reader.database->hands_locks_back)
        return failure;
    struct single single = {query, params, param_count, rows};
    return transact_patiently(reader.task, reader.database, query_alone, &single);
}

enum failure database_query_in_lane(struct reader reader, size_t lane, const struct query *query,
                                    const struct param *params, size_t param_count)
{
    assert(lane < reader.database->shared.count);
    struct connection *connection = &reader.database->shared.connections[lane];
    struct statement *statement;
    enum failure failure =
        arena_exhausted(reader_arena(reader)) ? FAILURE_EXHAUSTED : database_fault();
    if (failure == FAILURE_NONE)
        failure = task_state(reader.task);
    if (failure == FAILURE_NONE)
        failure = connection_send(connection, query, params, param_count, &statement);
    if (failure != FAILURE_NONE)
        return failure;
    connection_sync(connection);
    task_wait_to_the_end(reader.task, &statement->finished);
    if (may_be_done(statement))
        task_note_act(reader.task);
    if (statement->is_lost)
        failure = FAILURE_INDEFINITE;
    else
        failure = statement->outcome.plan_is_stale ? FAILURE_CONFLICT
                                                   : statement_rows(reader.task, statement, NULL);
    statement_release(statement);
    return failure;
}

static const struct query tell_time = {"tell_time", "SELECT clock_timestamp()"};

enum failure database_ask_time(struct task *task, struct database *database, int64_t wait_ms,
                               int64_t *time_us)
{
    struct connection *connection = find_least_busy(&database->shared);
    struct statement *statement;
    struct rows rows;
    enum failure failure = connection == NULL
                               ? FAILURE_UNAVAILABLE
                               : connection_send(connection, &tell_time, NO_PARAMS, &statement);
    if (failure != FAILURE_NONE)
        return failure;
    connection_sync(connection);
    failure = task_wait_ms(task, &statement->finished, wait_ms);
    if (failure == FAILURE_NONE && statement->is_lost)
        failure = FAILURE_UNAVAILABLE;
    else if (failure == FAILURE_NONE)
        failure = statement_rows(task, statement, &rows);
    statement_release(statement);
    if (failure == FAILURE_NONE)
        *time_us = row_time_us(&rows, 0, 0);
    return failure;
}

/* ---- life ---- */

static void pool_init(struct pool *pool, struct database *database, int count, int64_t wait_max_ms)
{
    waiters_init(&pool->waiters, loop_uv(database->loop), wait_max_ms);
    pool->count = (size_t)count;
    pool->connections = calloc(pool->count > 0 ? pool->count : 1, sizeof *pool->connections);
    assert(pool->connections != NULL);
}

static void pool_connect(struct pool *pool, struct database *database,
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

static void pool_deinit(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        connection_deinit(&pool->connections[i]);
    waiters_deinit(&pool->waiters);
    free(pool->connections);
}

struct database *database_new(struct loop *loop, const struct database_settings *settings)
{
    assert(settings->connections_shared >= 0 && settings->connections_exclusive >= 0 &&
           settings->schema != NULL);
    struct database *database = calloc(1, sizeof *database);
    assert(database != NULL);
    database->loop = loop;
    database->hands_locks_back = settings->hands_locks_back;
    if (!connector_init(&database->connector, loop_uv(loop), settings)) {
        free(database);
        return NULL;
    }
    pool_init(&database->shared, database, settings->connections_shared, settings->wait_max_ms);
    pool_init(&database->exclusive, database, settings->connections_exclusive,
              settings->wait_max_ms);
    pool_connect(&database->shared, database, shared_ready, shared_drained);
    pool_connect(&database->exclusive, database, offer_exclusive, exclusive_drained);
    return database;
}

void database_free(struct database *database)
{
    if (database == NULL)
        return;
    pool_deinit(&database->shared);
    pool_deinit(&database->exclusive);
    connector_deinit(&database->connector);
    free(database);
}

int database_library_version(void)
{
    return PQlibVersion();
}

bool database_is_ready(const struct database *database)
{
    return find_least_busy(&database->shared) != NULL ||
           find_least_busy(&database->exclusive) != NULL;
}
