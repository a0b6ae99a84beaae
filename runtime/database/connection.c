#include "runtime/database/connection.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/database/handle.h"
#include "runtime/database/rows.h"

#define IN_FLIGHT_MAX 8192
#define REASON_SIZE 160
#define ABANDONED_MS 500 /* that a statement may go on when nobody waits for it any more */

static struct metric statement_seconds = {
    .name = "database_statement_seconds",
    .help = "From sending a statement to the end of its answer, by query.",
    .kind = METRIC_HISTOGRAM,
    .label = "query"};
static struct metric losses = {.name = "database_connections_lost_total",
                               .help = "Connections that ended without being closed by us.",
                               .kind = METRIC_COUNTER};

static void connection_lose(struct connection *connection, const char *reason);

/* ---- statements ---- */

static void statement_free(struct statement *statement)
{
    PQclear(statement->result);
    free(statement);
}

void statement_release(struct statement *statement)
{
    if (statement->is_finished)
        statement_free(statement);
    else
        statement->is_abandoned = true;
}

enum failure statement_rows(struct task *task, const struct statement *statement, struct rows *rows)
{
    assert(statement->is_finished && !statement->is_lost);
    if (!statement->is_skipped)
        outcome_log(&statement->outcome, statement->query);
    if (statement->outcome.failure != FAILURE_NONE || rows == NULL)
        return statement->outcome.failure;
    return rows_copy(rows, statement->result, task_arena(task));
}

static void statement_finish(struct statement *statement)
{
    statement->is_finished = true;
    metric_observe_us(&statement_seconds, statement->query->name,
                      clock_monotonic_us() - statement->sent_us);
    if (statement->is_abandoned)
        statement_free(statement);
    else
        event_signal(&statement->finished);
}

static void append(struct connection *connection, struct statement *statement)
{
    if (connection->last != NULL)
        connection->last->next_in_flight = statement;
    else
        connection->first = statement;
    connection->last = statement;
    connection->in_flight++;
}

static struct statement *take_first(struct connection *connection)
{
    struct statement *statement = connection->first;
    connection->first = statement->next_in_flight;
    if (connection->first == NULL)
        connection->last = NULL;
    connection->in_flight--;
    return statement;
}

/* ---- reading ---- */

/* The statement that the next result belongs to; NULL when the whole unit was answered and its sync
 * is to come. */
static struct statement *first_unanswered(const struct connection *connection)
{
    for (struct statement *statement = connection->first; statement != NULL;
         statement = statement->next_in_flight) {
        if (!statement->is_answered)
            return statement;
        if (statement->ends_unit)
            break;
    }
    return NULL;
}

static struct statement *unit_end(const struct connection *connection)
{
    struct statement *statement = connection->first;
    while (!statement->ends_unit && statement->next_in_flight != NULL)
        statement = statement->next_in_flight;
    return statement;
}

/* What was skipped after an error failed for the error's reason. */
static void inherit_outcome(struct connection *connection, struct statement *statement)
{
    statement->outcome = (struct outcome){.failure = FAILURE_INTERNAL};
    for (const struct statement *earlier = connection->first; earlier != statement;
         earlier = earlier->next_in_flight)
        if (earlier->outcome.failure != FAILURE_NONE) {
            statement->outcome = earlier->outcome;
            return;
        }
}

static void statement_fail(struct connection *connection, struct statement *statement,
                           PGresult *result)
{
    bool is_first = statement->outcome.failure ==
                    FAILURE_NONE; /* a failed preparation is followed by the skipped statement */
    statement->is_skipped = is_first && PQresultStatus(result) == PGRES_PIPELINE_ABORTED;
    if (statement->is_skipped)
        inherit_outcome(connection, statement);
    else if (is_first)
        statement->outcome = outcome_of(result);
    if (statement->prepares || statement->outcome.plan_is_stale)
        prepared_forget(&connection->prepared, statement->query, statement->prepared_number);
}

static void statement_answer(struct connection *connection, struct statement *statement,
                             PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!is_good)
        statement_fail(connection, statement, result);
    if (statement->prepares) {
        statement->prepares = false;
        PQclear(result);
        return;
    }
    statement->is_answered = true;
    statement->result = result;
}

static void unit_finish(struct connection *connection)
{
    bool was_end = false;
    while (!was_end) {
        struct statement *statement = take_first(connection);
        was_end = statement->ends_unit;
        connection->is_useless = connection->is_useless || statement->outcome.server_is_standby;
        statement_finish(statement);
    }
}

/* An error that comes when everything was answered is the COMMIT's, which the sync made (a deferred
 * constraint, a conflict). */
static void take_answer(struct connection *connection, PGresult *result)
{
    struct statement *statement = first_unanswered(connection);
    if (statement != NULL) {
        statement_answer(connection, statement, result);
        return;
    }
    statement_fail(connection, unit_end(connection), result);
    PQclear(result);
}

static bool unit_is_answered(const struct connection *connection)
{
    return connection->first != NULL && first_unanswered(connection) == NULL &&
           unit_end(connection)->ends_unit;
}

/* false: what came does not belong to what was sent. */
static bool take_result(struct connection *connection, PGresult *result)
{
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        if (!unit_is_answered(connection))
            return false;
        unit_finish(connection);
        return true;
    }
    take_answer(connection, result);
    return true;
}

static bool connection_is_ending(const struct connection *connection)
{
    for (const struct statement *statement = connection->first;
         statement != NULL && statement->is_answered; statement = statement->next_in_flight)
        if (statement->outcome.connection_ends)
            return true;
    return PQstatus(connection->pg) == CONNECTION_BAD;
}

/* libpq gives NULL after each statement's result; two in a row mean that it expects nothing more.
 */
static void read_answers(struct connection *connection)
{
    bool was_null = false;
    while (connection->pg != NULL && connection->first != NULL && !PQisBusy(connection->pg)) {
        PGresult *result = PQgetResult(connection->pg);
        if (result == NULL ? was_null : !take_result(connection, result)) {
            connection_lose(connection, "answers out of step");
            return;
        }
        was_null = result == NULL;
        if (connection->first != NULL && connection_is_ending(connection))
            connection_lose(connection, PQerrorMessage(connection->pg));
    }
    if (connection->pg == NULL || connection->first != NULL)
        return;
    if (connection->is_useless)
        connection_lose(connection, "the server is read-only");
    else
        connection->on_drained(connection);
}

/* ---- the socket ---- */

static void poll_for(struct connection *connection, int events);

static void flush(struct connection *connection)
{
    int left = PQflush(connection->pg);
    if (left < 0)
        connection_lose(connection, PQerrorMessage(connection->pg));
    else
        poll_for(connection, left == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void socket_ready(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;
    if (status < 0 || !PQconsumeInput(connection->pg)) {
        connection_lose(connection, PQerrorMessage(connection->pg));
        return;
    }
    if (events & UV_WRITABLE)
        flush(connection);
    if (connection->pg != NULL)
        read_answers(connection);
}

static void poll_for(struct connection *connection, int events)
{
    if (connection->polled_events == events)
        return;
    handle_check(uv_poll_start(connection->poll, events, socket_ready));
    connection->polled_events = events;
}

/* ---- sending ---- */

bool connection_is_ready(const struct connection *connection)
{
    return connection->pg != NULL;
}

static bool prepare(struct connection *connection, struct statement *statement,
                    struct prepared *prepared, const struct param *params, size_t count)
{
    char name[PREPARED_NAME_SIZE];
    Oid types[PARAMS_MAX];
    prepared_renew(&connection->prepared, prepared, params, count);
    for (size_t i = 0; i < count; i++)
        types[i] = param_type(prepared->kinds[i]);
    statement->prepares = true;
    return PQsendPrepare(connection->pg, prepared_name(prepared->number, name),
                         statement->query->sql, (int)count, types) == 1;
}

static bool send_prepared(struct connection *connection, struct statement *statement,
                          const struct param *params, size_t count)
{
    char name[PREPARED_NAME_SIZE];
    struct prepared *prepared = prepared_find(&connection->prepared, statement->query);
    if (!prepared_fits(prepared, params, count) &&
        !prepare(connection, statement, prepared, params, count))
        return false;
    statement->prepared_number = prepared->number;
    statement->only_reads = prepared->only_reads;
    const struct param_buffer *buffer = &connection->params;
    return PQsendQueryPrepared(connection->pg, prepared_name(prepared->number, name), (int)count,
                               buffer->values, buffer->lengths, buffer->formats, 1) == 1;
}

enum failure connection_send(struct connection *connection, const struct query *query,
                             const struct param *params, size_t param_count,
                             struct statement **sent)
{
    *sent = NULL;
    if (connection->pg == NULL)
        return FAILURE_UNAVAILABLE;
    if (connection->in_flight >= IN_FLIGHT_MAX)
        return FAILURE_EXHAUSTED;
    enum failure failure = param_buffer_encode(&connection->params, params, param_count);
    if (failure != FAILURE_NONE)
        return failure;
    struct statement *statement = calloc(1, sizeof *statement);
    if (statement == NULL)
        return FAILURE_EXHAUSTED;
    statement->query = query;
    statement->sent_us = clock_monotonic_us();
    if (!send_prepared(connection, statement, params, param_count)) {
        free(statement);
        connection_lose(connection, PQerrorMessage(connection->pg));
        return FAILURE_UNAVAILABLE;
    }
    append(connection, statement);
    connection->has_unsynced = true;
    *sent = statement;
    return FAILURE_NONE;
}

void connection_sync(struct connection *connection)
{
    if (connection->pg == NULL || !connection->has_unsynced)
        return;
    connection->has_unsynced = false;
    connection->last->ends_unit = true;
    if (PQpipelineSync(connection->pg) != 1) {
        connection_lose(connection, PQerrorMessage(connection->pg));
        return;
    }
    flush(connection);
}

/* ---- life ---- */

bool connection_init(struct connection *connection, uv_loop_t *loop, struct connector *connector)
{
    connection->loop = loop;
    connection->connector = connector;
    if (!prepared_table_init(&connection->prepared))
        return false;
    connection->patience = handle_new(sizeof *connection->patience);
    handle_check(uv_timer_init(loop, connection->patience));
    connection->patience->data = connection;
    connector_add(connector, connection);
    return true;
}

void connection_open(struct connection *connection, PGconn *pg)
{
    assert(connection->pg == NULL);
    connection->polled_socket = fcntl(PQsocket(pg), F_DUPFD_CLOEXEC, 0);
    if (connection->polled_socket < 0) { /* the process is out of descriptors */
        PQfinish(pg);
        connector_add(connection->connector, connection);
        return;
    }
    prepared_table_clear(&connection->prepared);
    PQsetErrorVerbosity(
        pg, PQERRORS_SQLSTATE); /* the server's text may hold values, and what is lost is logged */
    bool is_pipelined = PQsetnonblocking(pg, 1) == 0 && PQenterPipelineMode(pg) == 1;
    assert(is_pipelined);
    (void)is_pipelined;
    connection->poll = handle_new(sizeof *connection->poll);
    handle_check(uv_poll_init(connection->loop, connection->poll, connection->polled_socket));
    connection->poll->data = connection;
    connection->polled_events = 0;
    connection->is_useless = false;
    connection->pg = pg;
    poll_for(connection, UV_READABLE);
    connection->on_ready(connection);
}

static void finish_all_lost(struct connection *connection)
{
    while (connection->first != NULL) {
        struct statement *statement = take_first(connection);
        statement->is_lost = true;
        statement_finish(statement);
    }
    connection->has_unsynced = false;
}

/* libpq closes its socket by itself when it finds the connection lost, and the number may be
 * another connection's at once; what libuv polls is therefore a duplicate of our own, closed when
 * libuv has let go of it. */
static void disconnect(struct connection *connection)
{
    uv_poll_stop(connection->poll);
    PQfinish(connection->pg);
    connection->pg = NULL;
    handle_close(connection->poll);
    close(connection->polled_socket);
    finish_all_lost(connection);
}

static void log_loss(const struct connection *connection, const char *reason)
{
    char first_line[REASON_SIZE];
    bool fits =
        text_print(first_line, sizeof first_line, "%.*s", (int)strcspn(reason, "\n"), reason);
    (void)fits;
    log_write(LOG_WARN, "database_connection_lost", log_text("reason", first_line),
              log_int64("in_flight", (int64_t)connection->in_flight));
}

static void connection_lose(struct connection *connection, const char *reason)
{
    metric_add(&losses, NULL, 1);
    log_loss(connection, reason);
    disconnect(connection);
    if (!connection->is_held)
        connector_add(connection->connector, connection);
    connection->on_drained(connection);
}

static void patience_ended(uv_timer_t *timer)
{
    struct connection *connection = timer->data;
    if (connection->pg != NULL && connection->first != NULL)
        connection_lose(connection, "a statement that was abandoned went on");
}

void connection_abandon(struct connection *connection)
{
    handle_check(uv_timer_start(connection->patience, patience_ended, ABANDONED_MS, 0));
}

void connection_let_go(struct connection *connection)
{
    assert(connection->is_held && connection->first == NULL);
    uv_timer_stop(connection->patience);
    connection->is_held = false;
    if (connection->pg == NULL)
        connector_add(connection->connector, connection);
}

void connection_deinit(struct connection *connection)
{
    if (connection->pg != NULL)
        disconnect(connection);
    if (connection->patience != NULL)
        handle_close(connection->patience);
    prepared_table_deinit(&connection->prepared);
    param_buffer_deinit(&connection->params);
}
