#include "runtime/database/database.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/state.h"
#include "runtime/database/transaction.h"

static struct metric indefinite = {.name = "database_commits_indefinite_total",
                                   .help = "Commits whose answer was lost.",
                                   .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(indefinite);

static const struct query begin[] = {
    [ISOLATION_READ_COMMITTED] = {"begin_read_committed", "BEGIN ISOLATION LEVEL READ COMMITTED"},
    [ISOLATION_REPEATABLE_READ] = {"begin_repeatable_read",
                                   "BEGIN ISOLATION LEVEL REPEATABLE READ"},
    [ISOLATION_SERIALIZABLE] = {"begin_serializable", "BEGIN ISOLATION LEVEL SERIALIZABLE"},
};
static const struct query commit = {"commit", "COMMIT"};
static const struct query rollback = {"rollback", "ROLLBACK"};
static const struct query savepoint = {"savepoint", "SAVEPOINT before_body"};
static const struct query release_savepoint = {"release_savepoint",
                                               "RELEASE SAVEPOINT before_body"};
static const struct query rollback_to_savepoint = {"rollback_to_savepoint",
                                                   "ROLLBACK TO SAVEPOINT before_body"};

static const struct state phases[] = {
    [TRANSACTION_IDLE] = {"idle", TO(TRANSACTION_BEGUN) | TO(TRANSACTION_ENDED)},
    [TRANSACTION_BEGUN] = {"begun", TO(TRANSACTION_COMMITTING) | TO(TRANSACTION_ENDED)},
    [TRANSACTION_COMMITTING] = {"committing", TO(TRANSACTION_ENDED)},
    [TRANSACTION_ENDED] = {"ended", 0},
};

static void transaction_move(struct transaction *transaction, enum transaction_phase to)
{
    transaction->phase = STATE_MOVE(phases, transaction->phase, to);
}

struct task *transaction_task(const struct transaction *transaction)
{
    assert(transaction->task != NULL);
    return transaction->task;
}

struct arena *transaction_arena(const struct transaction *transaction)
{
    return task_arena(transaction->task);
}

/* ---- sending ---- */

static enum failure transaction_fail(struct transaction *transaction, enum failure failure)
{
    assert(failure != FAILURE_NONE);
    if (transaction->failure == FAILURE_NONE)
        transaction->failure = failure;
    return failure;
}

/* BEGIN, COMMIT and savepoints change nothing by themselves. */
static bool writes(const struct statement *statement)
{
    static const struct query *const frame[] = {&commit, &rollback, &savepoint, &release_savepoint,
                                                &rollback_to_savepoint};
    bool is_frame =
        statement->query >= begin && statement->query < begin + sizeof begin / sizeof begin[0];
    for (size_t i = 0; i < sizeof frame / sizeof frame[0]; i++)
        is_frame = is_frame || statement->query == frame[i];
    return !is_frame && !statement->only_reads;
}

static enum failure send_one(struct transaction *transaction, const struct query *query,
                             const struct param *params, size_t param_count, bool is_silent)
{
    assert(param_count <= PARAMS_MAX);
    struct statement *statement;
    enum failure failure =
        connection_send(transaction->connection, query, params, param_count, &statement);
    if (failure != FAILURE_NONE) {
        transaction->has_lost = !connection_is_ready(transaction->connection);
        return transaction_fail(transaction, failure);
    }
    statement->is_silent = is_silent;
    transaction->has_written = transaction->has_written || writes(statement);
    if (transaction->last != NULL)
        transaction->last->next_sent = statement;
    else
        transaction->first = statement;
    transaction->last = statement;
    return FAILURE_NONE;
}

/* BEGIN travels with the first statement. */
static enum failure send_begun(struct transaction *transaction, const struct query *query,
                               const struct param *params, size_t param_count, bool is_silent)
{
    assert(transaction->phase == TRANSACTION_IDLE || transaction->phase == TRANSACTION_BEGUN);
    if (transaction->failure != FAILURE_NONE)
        return transaction->failure;
    if (transaction->phase == TRANSACTION_IDLE) {
        enum failure failure =
            send_one(transaction, &begin[transaction->isolation], NO_PARAMS, true);
        if (failure != FAILURE_NONE)
            return failure;
        transaction_move(transaction, TRANSACTION_BEGUN);
    }
    return send_one(transaction, query, params, param_count, is_silent);
}

enum failure transaction_send(struct transaction *transaction, const struct query *query,
                              const struct param *params, size_t param_count)
{
    assert(transaction->phase != TRANSACTION_ENDED && query != NULL);
    enum failure failure = arena_exhausted(transaction_arena(transaction))
                               ? FAILURE_EXHAUSTED
                               : task_state(transaction->task);
    if (failure == FAILURE_NONE)
        failure = database_fault();
    if (failure != FAILURE_NONE)
        return transaction_fail(transaction, failure);
    return send_begun(transaction, query, params, param_count, false);
}

/* ---- receiving ---- */

static void forget_first(struct transaction *transaction)
{
    struct statement *statement = transaction->first;
    assert(statement != NULL);
    transaction->first = statement->next_sent;
    if (transaction->first == NULL)
        transaction->last = NULL;
    statement_release(statement);
}

static enum failure outcome_of_statement(struct transaction *transaction,
                                         const struct statement *statement, struct rows *rows)
{
    if (statement->phase == STATEMENT_LOST) {
        transaction->has_lost = true;
        return FAILURE_UNAVAILABLE;
    }
    if (statement->outcome.constraint[0] != '\0')
        transaction->constraint =
            arena_strdup(transaction_arena(transaction), statement->outcome.constraint);
    if (statement->outcome.plan_is_stale)
        return FAILURE_CONFLICT;
    assert(statement->phase == STATEMENT_FINISHED);
    transaction->has_lost = statement->outcome.server_is_standby;
    return statement_rows(transaction->task, statement, rows);
}

static enum failure receive_first(struct transaction *transaction, struct rows *rows)
{
    assert(transaction->first != NULL && transaction->connection != NULL);
    struct statement *statement = transaction->first;
    connection_sync(transaction->connection);
    enum failure failure = task_wait(transaction->task, &statement->finished);
    if (failure == FAILURE_NONE)
        failure = outcome_of_statement(transaction, statement, rows);
    forget_first(transaction);
    return failure == FAILURE_NONE ? FAILURE_NONE : transaction_fail(transaction, failure);
}

static enum failure receive_silent(struct transaction *transaction)
{
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && transaction->first != NULL && transaction->first->is_silent)
        failure = receive_first(transaction, NULL);
    return failure;
}

enum failure transaction_receive(struct transaction *transaction, struct rows *rows)
{
    enum failure failure = receive_silent(transaction);
    if (failure != FAILURE_NONE)
        return failure;
    assert(transaction->first != NULL || transaction->failure != FAILURE_NONE);
    return transaction->first != NULL ? receive_first(transaction, rows) : transaction->failure;
}

enum failure transaction_query(struct transaction *transaction, const struct query *query,
                               const struct param *params, size_t param_count, struct rows *rows)
{
    enum failure failure = transaction_send(transaction, query, params, param_count);
    return failure != FAILURE_NONE ? failure : transaction_receive(transaction, rows);
}

enum failure transaction_send_silently(struct transaction *transaction, const struct query *query,
                                       const struct param *params, size_t param_count)
{
    enum failure failure = transaction_send(transaction, query, params, param_count);
    if (failure != FAILURE_NONE)
        return failure;
    assert(transaction->last->query == query);
    transaction->last->is_silent = true;
    return failure;
}

/* ---- savepoints ---- */

enum failure transaction_savepoint(struct transaction *transaction)
{
    enum failure failure = FAILURE_NONE;
    if (transaction->has_savepoint)
        failure = send_begun(transaction, &release_savepoint, NO_PARAMS, true);
    if (failure == FAILURE_NONE)
        failure = send_begun(transaction, &savepoint, NO_PARAMS, true);
    transaction->has_savepoint = failure == FAILURE_NONE;
    assert(!transaction->has_savepoint || transaction->phase == TRANSACTION_BEGUN);
    return failure;
}

/* A failure that only a new transaction or a new connection can heal stays. */
static bool failure_is_undone(enum failure failure)
{
    return failure != FAILURE_CONFLICT && failure != FAILURE_LOCKED &&
           failure != FAILURE_UNAVAILABLE && failure != FAILURE_CANCELLED;
}

/* Nothing may be in the same unit as what failed: the server skips to the end of the unit. */
enum failure transaction_rollback_to_savepoint(struct transaction *transaction)
{
    assert(transaction->has_savepoint);
    connection_sync(transaction->connection);
    while (transaction->first != NULL && failure_is_undone(transaction->failure))
        if (receive_first(transaction, NULL) != FAILURE_NONE)
            continue;
    if (!failure_is_undone(transaction->failure))
        return transaction->failure;
    assert(transaction->first == NULL);
    transaction->failure = FAILURE_NONE;
    return send_one(transaction, &rollback_to_savepoint, NO_PARAMS, true);
}

void transaction_discard(struct transaction *transaction)
{
    assert(transaction->phase != TRANSACTION_COMMITTING && transaction->phase != TRANSACTION_ENDED);
    transaction->is_discarded = true;
}

const char *transaction_constraint(const struct transaction *transaction)
{
    assert(transaction->constraint != NULL);
    return transaction->constraint;
}

/* ---- the end ---- */

static enum failure commit_is_unknown(void)
{
    metric_add(&indefinite, NULL, 1);
    return FAILURE_INDEFINITE;
}

/* COMMIT of a transaction that failed answers ROLLBACK; then it was not we who noticed. An answer
 * that came before the connection was lost stands. */
static enum failure outcome_of_commit(const struct statement *statement)
{
    assert(statement_is_over(statement));
    bool is_committed = statement->result != NULL && statement->outcome.failure == FAILURE_NONE &&
                        strcmp(PQcmdStatus(statement->result), "COMMIT") == 0;
    if (is_committed)
        return FAILURE_NONE;
    if (statement->phase == STATEMENT_LOST)
        return commit_is_unknown();
    outcome_log(&statement->outcome, statement->query);
    return statement->outcome.failure != FAILURE_NONE ? statement->outcome.failure
                                                      : FAILURE_INTERNAL;
}

/* From here on nothing is cut short: an answer that is on its way would only turn into an unknown.
 */
static enum failure transaction_commit(struct transaction *transaction)
{
    assert(transaction->failure == FAILURE_NONE);
    transaction_move(transaction, TRANSACTION_COMMITTING);
    bool was_ready = connection_is_ready(transaction->connection);
    enum failure failure = send_one(transaction, &commit, NO_PARAMS, true);
    if (failure != FAILURE_NONE)
        return was_ready && transaction->has_lost ? commit_is_unknown() : failure;
    connection_sync(transaction->connection);
    task_wait_to_the_end(transaction->task, &transaction->last->finished);
    failure = outcome_of_commit(transaction->last);
    if (transaction->has_written && (failure == FAILURE_NONE || failure == FAILURE_INDEFINITE))
        task_note_act(transaction->task);
    return failure == FAILURE_NONE ? FAILURE_NONE : transaction_fail(transaction, failure);
}

/* Does not wait: the connection is lent again when the answers were read. */
static void transaction_end(struct transaction *transaction, bool is_committed)
{
    bool has_begun = transaction->phase != TRANSACTION_IDLE;
    transaction_move(transaction, TRANSACTION_ENDED);
    if (has_begun && !is_committed && connection_is_ready(transaction->connection)) {
        connection_sync(transaction->connection);
        struct statement *statement;
        if (connection_send(transaction->connection, &rollback, NO_PARAMS, &statement) ==
            FAILURE_NONE) {
            statement_release(statement);
            connection_sync(transaction->connection);
        }
    }
    while (transaction->first != NULL)
        forget_first(transaction);
    pool_return(transaction->connection);
}

enum failure transaction_run(struct transaction *transaction,
                             enum failure (*body)(struct transaction *transaction, void *argument),
                             void *argument)
{
    assert(transaction->phase == TRANSACTION_IDLE && transaction->failure == FAILURE_NONE);
    enum failure failure = body(transaction, argument);
    if (failure == FAILURE_NONE)
        failure = transaction->failure;
    if (failure == FAILURE_NONE)
        failure = arena_exhausted(transaction_arena(transaction)) ? FAILURE_EXHAUSTED
                                                                  : task_state(transaction->task);
    bool commits = transaction->phase == TRANSACTION_BEGUN && !transaction->is_discarded;
    if (failure == FAILURE_NONE && commits)
        failure = database_fault();
    if (failure == FAILURE_NONE && commits)
        failure = transaction_commit(transaction);
    transaction_end(transaction, failure == FAILURE_NONE && commits);
    return failure;
}
