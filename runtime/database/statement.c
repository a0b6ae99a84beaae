/* The statements of a connection, in the order they were sent, and the answers that come for them.
 */
#include <assert.h>
#include <stdlib.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/base/state.h"
#include "runtime/database/connection.h"
#include "runtime/database/rows.h"

static struct metric statement_seconds = {
    .name = "database_statement_seconds",
    .help = "From sending a statement to the end of its answer, by query.",
    .kind = METRIC_HISTOGRAM,
    .labels = {"query"}};
/* ---- statements ---- */

static const struct state phases[] = {
    [STATEMENT_PREPARING] = {"preparing", TO(STATEMENT_SENT) | TO(STATEMENT_LOST)},
    [STATEMENT_SENT] = {"sent", TO(STATEMENT_ANSWERED) | TO(STATEMENT_LOST)},
    [STATEMENT_ANSWERED] = {"answered", TO(STATEMENT_FINISHED) | TO(STATEMENT_LOST)},
    [STATEMENT_FINISHED] = {"finished", 0},
    [STATEMENT_LOST] = {"lost", 0},
};

static void statement_move(struct statement *statement, enum statement_phase to)
{
    statement->phase = STATE_MOVE(phases, statement->phase, to);
}

const char *statement_phase_name(const struct statement *statement)
{
    return phases[statement->phase].name;
}

bool statement_is_over(const struct statement *statement)
{
    return statement->phase == STATEMENT_FINISHED || statement->phase == STATEMENT_LOST;
}

struct trace_span *statement_span_begin(const struct query *query)
{
    struct trace_span *span = task_span_begin(task_current(), SPAN_CLIENT, query->name);
    span_set_text(span, "db.system.name", "postgresql");
    span_set_text(span, "db.query.summary", query->name);
    return span;
}

static void statement_span_end(struct statement *statement)
{
    const char *sqlstate = statement->outcome.sqlstate;
    assert(statement_is_over(statement));
    if (statement->phase == STATEMENT_LOST) {
        span_fail(statement->span, "connection_lost");
    } else if (statement->outcome.failure != FAILURE_NONE && statement->span != NULL) {
        const char *kept = span_keep(statement->span, sqlstate);
        if (sqlstate[0] != '\0')
            span_set_text(statement->span, "db.response.status_code", kept);
        span_fail(statement->span,
                  sqlstate[0] != '\0' ? kept : failure_name(statement->outcome.failure));
    }
    span_end(statement->span);
    statement->span = NULL;
}

static void statement_free(struct statement *statement)
{
    assert(statement_is_over(statement));
    PQclear(statement->result);
    free(statement);
}

void statement_release(struct statement *statement)
{
    assert(!statement->is_abandoned);
    if (statement_is_over(statement))
        statement_free(statement);
    else
        statement->is_abandoned = true;
}

enum failure statement_rows(struct task *task, const struct statement *statement, struct rows *rows)
{
    assert(statement->phase == STATEMENT_FINISHED);
    outcome_log(&statement->outcome, statement->query);
    if (statement->outcome.failure != FAILURE_NONE || rows == NULL)
        return statement->outcome.failure;
    return rows_copy(rows, statement->result, task_arena(task));
}

static void statement_end(struct statement *statement, enum statement_phase phase)
{
    statement_move(statement, phase);
    assert(statement_is_over(statement));
    metric_observe_us(&statement_seconds, statement->query->name,
                      clock_monotonic_us() - statement->sent_us);
    statement_span_end(statement);
    if (statement->is_abandoned)
        statement_free(statement);
    else
        event_signal(&statement->finished);
}

void statement_append(struct connection *connection, struct statement *statement)
{
    if (connection->last != NULL)
        connection->last->next_in_flight = statement;
    else
        connection->first = statement;
    connection->last = statement;
    connection->in_flight++;
    assert(statement->next_in_flight == NULL && statement->phase <= STATEMENT_SENT);
}

static struct statement *take_first(struct connection *connection)
{
    struct statement *statement = connection->first;
    assert(connection->in_flight > 0);
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
        if (statement->phase < STATEMENT_ANSWERED)
            return statement;
        if (statement->ends_unit)
            break;
    }
    return NULL;
}

static struct statement *unit_end(const struct connection *connection)
{
    struct statement *statement = connection->first;
    assert(statement != NULL);
    while (!statement->ends_unit && statement->next_in_flight != NULL)
        statement = statement->next_in_flight;
    return statement;
}

/* Statements skipped after an error get that error's outcome. */
static void inherit_outcome(struct connection *connection, struct statement *statement)
{
    assert(statement->phase < STATEMENT_ANSWERED);
    statement->outcome =
        (struct statement_outcome){.failure = FAILURE_INTERNAL, .is_inherited = true};
    for (const struct statement *earlier = connection->first; earlier != statement;
         earlier = earlier->next_in_flight)
        if (earlier->outcome.failure != FAILURE_NONE) {
            statement->outcome = earlier->outcome;
            statement->outcome.is_inherited = true;
            return;
        }
}

static void statement_fail(struct connection *connection, struct statement *statement,
                           PGresult *result)
{
    bool is_first = statement->outcome.failure ==
                    FAILURE_NONE; /* a failed preparation is followed by the skipped statement */
    bool is_skipped = is_first && PQresultStatus(result) == PGRES_PIPELINE_ABORTED;
    if (is_skipped)
        inherit_outcome(connection, statement);
    else if (is_first)
        statement->outcome = outcome_of(result);
    if (statement->phase == STATEMENT_PREPARING || statement->outcome.plan_is_stale)
        prepared_forget(&connection->prepared, statement->query, statement->prepared_number);
}

static void statement_answer(struct connection *connection, struct statement *statement,
                             PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!is_good)
        statement_fail(connection, statement, result);
    if (statement->phase == STATEMENT_PREPARING) {
        statement_move(statement, STATEMENT_SENT);
        PQclear(result);
        return;
    }
    statement_move(statement, STATEMENT_ANSWERED);
    statement->result = result;
}

static void unit_finish(struct connection *connection)
{
    bool was_end = false;
    while (!was_end) {
        struct statement *statement = take_first(connection);
        assert(statement->phase == STATEMENT_ANSWERED);
        was_end = statement->ends_unit;
        if (statement->outcome.server_is_standby && connection->link == LINK_UP)
            connection_move_link(connection, LINK_USELESS);
        statement_end(statement, STATEMENT_FINISHED);
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

bool statement_take_result(struct connection *connection, PGresult *result)
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

void statements_lose(struct connection *connection)
{
    while (connection->first != NULL)
        statement_end(take_first(connection), STATEMENT_LOST);
    assert(connection->last == NULL && connection->in_flight == 0);
}
