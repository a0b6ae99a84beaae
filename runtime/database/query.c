/* Single statements: each is its own transaction, on a connection that is shared. */
#include <assert.h>

#include "runtime/database/transaction.h"

#define QUERY_ATTEMPTS_MAX 3

struct single {
    const struct query *query;
    const struct param *params;
    size_t param_count;
    struct rows *rows;
};

/* Whether what was sent may have been done; an error that PostgreSQL tells undid it. */
static bool may_be_done(const struct statement *statement)
{
    bool is_answered = statement->phase == STATEMENT_FINISHED;
    return !statement->only_reads && !(is_answered && statement->outcome.failure != FAILURE_NONE);
}

static enum failure query_once(struct reader reader, const struct single *single, bool *again)
{
    *again = false;
    struct connection *connection;
    struct statement *statement;
    enum failure failure = pool_share(reader.task, reader.database, &connection);
    if (failure != FAILURE_NONE)
        return failure;
    failure =
        connection_send(connection, single->query, single->params, single->param_count, &statement);
    *again = failure == FAILURE_UNAVAILABLE;
    if (failure != FAILURE_NONE)
        return failure;
    connection_sync(connection);
    failure = task_wait(reader.task, &statement->finished);
    if (may_be_done(statement))
        task_note_act(reader.task);
    if (failure == FAILURE_NONE && statement->phase == STATEMENT_LOST) {
        *again = statement->only_reads;
        failure = *again ? FAILURE_UNAVAILABLE : FAILURE_INDEFINITE;
    } else if (failure == FAILURE_NONE) {
        *again = statement->outcome.plan_is_stale;
        failure = statement_rows(reader.task, statement, single->rows);
    }
    statement_release(statement);
    return failure;
}

static enum failure query_alone(struct transaction *transaction, void *argument)
{
    const struct single *single = argument;
    return transaction_query(transaction, single->query, single->params, single->param_count,
                             single->rows);
}

enum failure database_query(struct reader reader, const struct query *query,
                            const struct param *params, size_t param_count, struct rows *rows)
{
    assert(query != NULL && param_count <= PARAMS_MAX);
    struct single single = {query, params, param_count, rows};
    enum failure failure =
        arena_exhausted(reader_arena(reader)) ? FAILURE_EXHAUSTED : database_fault();
    bool again = failure == FAILURE_NONE;
    for (int attempt = 0; again && attempt < QUERY_ATTEMPTS_MAX; attempt++)
        failure = query_once(reader, &single, &again);
    if (failure != FAILURE_LOCKED || reader.database->hands_locks_back)
        return failure;
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
    assert(statement_is_over(statement));
    if (may_be_done(statement))
        task_note_act(reader.task);
    if (statement->phase == STATEMENT_LOST)
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
    assert(wait_ms > 0 && time_us != NULL);
    struct connection *connection = pool_least_busy(&database->shared);
    struct statement *statement;
    struct rows rows;
    enum failure failure = connection == NULL
                               ? FAILURE_UNAVAILABLE
                               : connection_send(connection, &tell_time, NO_PARAMS, &statement);
    if (failure != FAILURE_NONE)
        return failure;
    connection_sync(connection);
    failure = task_wait_ms(task, &statement->finished, wait_ms);
    if (failure == FAILURE_NONE && statement->phase == STATEMENT_LOST)
        failure = FAILURE_UNAVAILABLE;
    else if (failure == FAILURE_NONE)
        failure = statement_rows(task, statement, &rows);
    statement_release(statement);
    if (failure == FAILURE_NONE)
        *time_us = row_time_us(&rows, 0, 0);
    return failure;
}
