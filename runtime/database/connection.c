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

#define IN_FLIGHT_MAX 8192
#define REASON_SIZE 160
#define ABANDONED_MS 500 /* that a statement may go on when nobody waits for it any more */

static struct metric losses = {.name = "database_connections_lost_total",
                               .help = "Connections that ended without being closed by us.",
                               .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(losses);

static void connection_lose(struct connection *connection, const char *reason);

/* ---- reading ---- */

static bool connection_is_ending(const struct connection *connection)
{
    assert(connection->pg != NULL);
    for (const struct statement *statement = connection->first;
         statement != NULL && statement->phase == STATEMENT_ANSWERED;
         statement = statement->next_in_flight)
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
        if (result == NULL ? was_null : !statement_take_result(connection, result)) {
            connection_lose(connection, "answers out of step");
            return;
        }
        was_null = result == NULL;
        if (connection->first != NULL && connection_is_ending(connection))
            connection_lose(connection, PQerrorMessage(connection->pg));
    }
    if (connection->pg == NULL || connection->first != NULL)
        return;
    if (connection->link == LINK_USELESS)
        connection_lose(connection, "the server is read-only");
    else
        connection->on_drained(connection);
}

/* ---- the socket ---- */

static void poll_for(struct connection *connection, int events);

static void flush(struct connection *connection)
{
    assert(connection->pg != NULL);
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
    assert(connection->pg != NULL);
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

static bool prepare(struct connection *connection, const struct statement *statement,
                    struct prepared *prepared, const struct param *params, size_t count)
{
    assert(count <= PARAMS_MAX);
    char name[PREPARED_NAME_SIZE];
    Oid types[PARAMS_MAX];
    prepared_renew(&connection->prepared, prepared, params, count);
    for (size_t i = 0; i < count; i++)
        types[i] = param_type(prepared->kinds[i]);
    return PQsendPrepare(connection->pg, prepared_name(prepared->number, name),
                         statement->query->sql, (int)count, types) == 1;
}

static bool send_prepared(struct connection *connection, struct statement *statement,
                          const struct param *params, size_t count)
{
    assert(count <= PARAMS_MAX && statement->query != NULL);
    char name[PREPARED_NAME_SIZE];
    struct prepared *prepared = prepared_find(&connection->prepared, statement->query);
    bool fits = prepared_fits(prepared, params, count);
    if (!fits && !prepare(connection, statement, prepared, params, count))
        return false;
    statement->phase = fits ? STATEMENT_SENT : STATEMENT_PREPARING;
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
    assert(query != NULL && query->name != NULL && query->sql != NULL);
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
    statement->span = statement_span_begin(query);
    statement_append(connection, statement);
    assert(connection->in_flight <= IN_FLIGHT_MAX);
    *sent = statement;
    return FAILURE_NONE;
}

void connection_sync(struct connection *connection)
{
    bool has_begun_unit = connection->last != NULL && !connection->last->ends_unit;
    if (connection->pg == NULL || !has_begun_unit)
        return;
    assert(connection->in_flight > 0);
    connection->last->ends_unit = true;
    if (PQpipelineSync(connection->pg) != 1) {
        connection_lose(connection, PQerrorMessage(connection->pg));
        return;
    }
    flush(connection);
}

/* ---- life ---- */

static void connection_open(struct to_connect *connecting, PGconn *pg)
{
    struct connection *connection =
        (struct connection *)(void *)((char *)connecting - offsetof(struct connection, connecting));
    assert(connection->pg == NULL && connection->first == NULL);
    connection->polled_socket = fcntl(PQsocket(pg), F_DUPFD_CLOEXEC, 0);
    if (connection->polled_socket < 0) { /* the process is out of descriptors */
        PQfinish(pg);
        connector_add(connection->connector, &connection->connecting);
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
    connection->pg = pg;
    connection_move_link(connection, LINK_UP);
    poll_for(connection, UV_READABLE);
    connection->on_ready(connection);
}

bool connection_init(struct connection *connection, uv_loop_t *loop, struct connector *connector)
{
    assert(connection->pg == NULL && connection->on_ready != NULL &&
           connection->on_drained != NULL);
    connection->loop = loop;
    connection->connector = connector;
    if (!prepared_table_init(&connection->prepared))
        return false;
    connection->patience = handle_new(sizeof *connection->patience);
    handle_check(uv_timer_init(loop, connection->patience));
    connection->patience->data = connection;
    connection->connecting.made = connection_open;
    connector_add(connector, &connection->connecting);
    return true;
}

/* libpq closes its socket by itself when it finds the connection lost, and the number may be
 * another connection's at once; what libuv polls is therefore a duplicate of our own, closed when
 * libuv has let go of it. */
static void disconnect(struct connection *connection)
{
    assert(connection->pg != NULL);
    uv_poll_stop(connection->poll);
    PQfinish(connection->pg);
    connection->pg = NULL;
    connection_move_link(connection, LINK_DOWN);
    handle_close(connection->poll);
    close(connection->polled_socket);
    statements_lose(connection);
}

static void log_loss(const struct connection *connection, const char *reason)
{
    assert(reason != NULL);
    char first_line[REASON_SIZE];
    bool fits =
        text_print(first_line, sizeof first_line, "%.*s", (int)strcspn(reason, "\n"), reason);
    (void)fits;
    log_write(LOG_WARN, "database_connection_lost", log_text("reason", first_line),
              log_int64("in_flight", (int64_t)connection->in_flight));
}

static void connect_again(struct connection *connection)
{
    assert(connection->first == NULL && connection->hold == HOLD_FREE);
    connection_move_link(connection, LINK_AWAITED);
    connector_add(connection->connector, &connection->connecting);
}

static void connection_lose(struct connection *connection, const char *reason)
{
    assert(connection->pg != NULL);
    metric_add(&losses, NULL, 1);
    log_loss(connection, reason);
    disconnect(connection);
    if (connection->hold == HOLD_FREE)
        connect_again(connection);
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
    assert(connection->hold == HOLD_RETURNED && connection->first != NULL);
    handle_check(uv_timer_start(connection->patience, patience_ended, ABANDONED_MS, 0));
}

void connection_let_go(struct connection *connection)
{
    assert(connection->hold == HOLD_RETURNED && connection->first == NULL);
    uv_timer_stop(connection->patience);
    connection_move_hold(connection, HOLD_FREE);
    if (connection->link == LINK_DOWN)
        connect_again(connection);
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
