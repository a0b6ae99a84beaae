#include "runtime/database/database.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/database/pool.h"

#define ATTEMPTS_MAX 10
#define PAUSE_MAX_MS 200
#define LOCK_PAUSE_MAX_MS 400
#define LOCK_ANSWER_MS 100 /* left of a deadline for saying so */

static struct metric retries = {.name = "database_transaction_retries_total",
                                .help =
                                    "Transactions run again after a conflict or a lost connection.",
                                .kind = METRIC_COUNTER,
                                .label = "reason"};
static struct metric indefinite = {.name = "database_commits_indefinite_total",
                                   .help = "Commits whose answer was lost.",
                                   .kind = METRIC_COUNTER};

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

struct transaction {
    struct task *task;
    struct connection *connection;
    enum isolation isolation;
    bool has_begun;
    bool has_savepoint;
    bool has_written;
    bool is_discarded;
    bool has_lost;        /* the server, before COMMIT was sent: certainly nothing was done */
    enum failure failure; /* the first one; only a savepoint undoes it */
    const char *constraint;
    struct statement *first; /* sent and not yet received, oldest first */
    struct statement *last;
};

struct task *transaction_task(const struct transaction *transaction)
{
    return transaction->task;
}

struct arena *transaction_arena(const struct transaction *transaction)
{
    return task_arena(transaction->task);
}

/* ---- sending ---- */

static enum failure transaction_fail(struct transaction *transaction, enum failure failure)
{
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
    if (transaction->failure != FAILURE_NONE)
        return transaction->failure;
    if (!transaction->has_begun) {
        enum failure failure =
            send_one(transaction, &begin[transaction->isolation], NO_PARAMS, true);
        if (failure != FAILURE_NONE)
            return failure;
        transaction->has_begun = true;
    }
    return send_one(transaction, query, params, param_count, is_silent);
}

enum failure transaction_send(struct transaction *transaction, const struct query *query,
                              const struct param *params, size_t param_count)
{
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
    transaction->first = statement->next_sent;
    if (transaction->first == NULL)
        transaction->last = NULL;
    statement_release(statement);
}

static enum failure outcome_of_statement(struct transaction *transaction,
                                         const struct statement *statement, struct rows *rows)
{
    if (statement->is_lost) {
        transaction->has_lost = true;
        return FAILURE_UNAVAILABLE;
    }
    if (statement->outcome.constraint[0] != '\0') {
        const char *name =
            arena_strdup(transaction_arena(transaction), statement->outcome.constraint);
        transaction->constraint = name != NULL ? name : "";
    }
    if (statement->outcome.plan_is_stale)
        return FAILURE_CONFLICT;
    transaction->has_lost = statement->outcome.server_is_standby;
    return statement_rows(transaction->task, statement, rows);
}

static enum failure receive_first(struct transaction *transaction, struct rows *rows)
{
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
    if (failure == FAILURE_NONE)
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
    return failure;
}

/* What only a new transaction or a new connection can heal stays. */
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
    transaction->failure = FAILURE_NONE;
    return send_one(transaction, &rollback_to_savepoint, NO_PARAMS, true);
}

void transaction_discard(struct transaction *transaction)
{
    transaction->is_discarded = true;
}

const char *transaction_constraint(const struct transaction *transaction)
{
    return transaction->constraint;
}

/* ---- the end ---- */

static enum failure commit_is_unknown(void)
{
    metric_add(&indefinite, NULL, 1);
    return FAILURE_INDEFINITE;
}

/* COMMIT of a transaction that failed answers ROLLBACK; then it was not we who noticed. */
static enum failure outcome_of_commit(const struct statement *statement)
{
    bool is_committed = statement->is_answered && statement->outcome.failure == FAILURE_NONE &&
                        strcmp(PQcmdStatus(statement->result), "COMMIT") == 0;
    if (is_committed)
        return FAILURE_NONE;
    if (statement->is_lost)
        return commit_is_unknown();
    if (!statement->is_skipped)
        outcome_log(&statement->outcome, statement->query);
    return statement->outcome.failure != FAILURE_NONE ? statement->outcome.failure
                                                      : FAILURE_INTERNAL;
}

/* From here on nothing is cut short: an answer that is on its way would only turn into an unknown.
 */
static enum failure transaction_commit(struct transaction *transaction)
{
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
    if (transaction->has_begun && !is_committed && connection_is_ready(transaction->connection)) {
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

static enum failure
transact_once(struct transaction *transaction,
              enum failure (*body)(struct transaction *transaction, void *argument), void *argument)
{
    enum failure failure = body(transaction, argument);
    if (failure == FAILURE_NONE)
        failure = transaction->failure;
    if (failure == FAILURE_NONE)
        failure = arena_exhausted(transaction_arena(transaction)) ? FAILURE_EXHAUSTED
                                                                  : task_state(transaction->task);
    bool commits = transaction->has_begun && !transaction->is_discarded;
    if (failure == FAILURE_NONE && commits)
        failure = database_fault();
    if (failure == FAILURE_NONE && commits)
        failure = transaction_commit(transaction);
    transaction_end(transaction, failure == FAILURE_NONE && commits);
    return failure;
}

/* ---- trying again ---- */

static const char *retry_reason(const struct transaction *transaction, enum failure failure)
{
    if (failure == FAILURE_LOCKED || transaction->failure == FAILURE_LOCKED)
        return "locked";
    if (failure == FAILURE_CONFLICT || transaction->failure == FAILURE_CONFLICT)
        return "conflict";
    return transaction->has_lost && failure == FAILURE_UNAVAILABLE ? "connection_lost" : NULL;
}

static enum failure pause_before(struct task *task, int attempt, int64_t first_ms, int64_t max_ms)
{
    int64_t pause_ms = attempt < 16 ? first_ms << attempt : max_ms;
    if (pause_ms > max_ms)
        pause_ms = max_ms;
    return task_sleep_ms(task, random_below((uint32_t)pause_ms + 1));
}

/* One who may have to come back. */
struct attempts {
    struct task *task;
    struct database *database;
    enum isolation isolation;
    enum failure (*body)(struct transaction *transaction, void *argument);
    void *argument;
    uint16_t *scope_locked; /* how many of the scope wait for a lock; NULL: no scope */
    bool is_patient;        /* was refused a lock, or another of the scope was */
    int64_t patient_until_us;
    int count;
    int locked_count;
};

static void become_patient(struct attempts *attempts)
{
    if (attempts->is_patient)
        return;
    int64_t left_ms = task_remaining_ms(attempts->task) - LOCK_ANSWER_MS;
    attempts->is_patient = true;
    attempts->patient_until_us =
        clock_monotonic_us() + (left_ms < LOCK_PATIENCE_MS ? left_ms : LOCK_PATIENCE_MS) * 1000;
    if (attempts->scope_locked != NULL)
        ++*attempts->scope_locked;
}

static enum failure await_patient_place(struct attempts *attempts)
{
    struct database *database = attempts->database;
    size_t places = database->exclusive.count >= 8 ? database->exclusive.count / 4 : 1;
    while (database->patient >= places) {
        int64_t left_ms = (attempts->patient_until_us - clock_monotonic_us()) / 1000;
        enum failure failure = left_ms <= 0
                                   ? FAILURE_DEADLINE
                                   : task_wait_ms(attempts->task, &database->patient_left, left_ms);
        if (failure != FAILURE_NONE)
            return failure == FAILURE_DEADLINE ? FAILURE_LOCKED : failure;
    }
    database->patient++;
    return FAILURE_NONE;
}

static enum failure try_once(struct attempts *attempts, const char **reason)
{
    struct transaction transaction = {
        .task = attempts->task, .isolation = attempts->isolation, .constraint = ""};
    bool has_place = attempts->is_patient;
    *reason = NULL;
    enum failure failure = has_place ? await_patient_place(attempts) : FAILURE_NONE;
    if (failure != FAILURE_NONE)
        return failure;
    failure = pool_take(attempts->task, attempts->database, &transaction.connection);
    if (failure == FAILURE_NONE) {
        failure = transact_once(&transaction, attempts->body, attempts->argument);
        *reason = failure != FAILURE_NONE ? retry_reason(&transaction, failure) : NULL;
    }
    if (has_place) {
        attempts->database->patient--;
        event_signal(&attempts->database->patient_left);
    }
    return failure;
}

/* Before it is tried again. */
static enum failure make_ready(struct attempts *attempts, const char *reason, enum failure failure)
{
    bool is_locked = strcmp(reason, "locked") == 0;
    if (is_locked && attempts->database->hands_locks_back)
        return FAILURE_LOCKED;
    if (!is_locked && ++attempts->count == ATTEMPTS_MAX)
        return failure;
    metric_add(&retries, reason, 1);
    if (!is_locked)
        return pause_before(attempts->task, attempts->count, 2, PAUSE_MAX_MS);
    become_patient(attempts);
    failure = pause_before(attempts->task, attempts->locked_count++, 25, LOCK_PAUSE_MAX_MS);
    if (failure == FAILURE_DEADLINE ||
        (failure == FAILURE_NONE && clock_monotonic_us() >= attempts->patient_until_us))
        return FAILURE_LOCKED;
    return failure;
}

static enum failure try_until_done(struct attempts *attempts)
{
    for (;;) {
        const char *reason;
        enum failure failure = try_once(attempts, &reason);
        if (reason == NULL)
            return failure;
        failure = make_ready(attempts, reason, failure);
        if (failure != FAILURE_NONE)
            return failure;
    }
}

static enum failure transact(struct attempts *attempts)
{
    enum failure failure = try_until_done(attempts);
    if (attempts->is_patient && attempts->scope_locked != NULL)
        --*attempts->scope_locked;
    return failure;
}

enum failure
database_transact(struct task *task, struct database *database, enum isolation isolation,
                  enum failure (*body)(struct transaction *transaction, void *argument),
                  void *argument)
{
    struct attempts attempts = {.task = task,
                                .database = database,
                                .isolation = isolation,
                                .body = body,
                                .argument = argument};
    return transact(&attempts);
}

enum failure database_transact_in(struct task *task, struct database *database, struct id scope_id,
                                  enum failure (*body)(struct transaction *transaction,
                                                       void *argument),
                                  void *argument)
{
    struct attempts attempts = {.task = task,
                                .database = database,
                                .body = body,
                                .argument = argument,
                                .scope_locked =
                                    &database->locked_scopes[id_hash(scope_id) % LOCKED_SCOPES]};
    if (*attempts.scope_locked > 0)
        become_patient(&attempts);
    return transact(&attempts);
}

enum failure transact_patiently(struct task *task, struct database *database,
                                enum failure (*body)(struct transaction *transaction,
                                                     void *argument),
                                void *argument)
{
    struct attempts attempts = {
        .task = task, .database = database, .body = body, .argument = argument};
    become_patient(&attempts);
    return transact(&attempts);
}
