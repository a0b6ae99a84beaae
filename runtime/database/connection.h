/* One connection to PostgreSQL in pipeline mode, on the loop. Statements are sent without waiting
 * and answered in the order sent; a sync ends a unit, which is answered as a whole: after an error
 * the rest of the unit is skipped, the next one is not touched. A connection that is lost comes
 * back by itself, unless somebody holds it: then when it is let go. */
#ifndef RUNTIME_DATABASE_CONNECTION_H
#define RUNTIME_DATABASE_CONNECTION_H

#include <libpq-fe.h>
#include <uv.h>

#include "runtime/database/connector.h"
#include "runtime/database/outcome.h"
#include "runtime/database/param.h"
#include "runtime/database/prepared.h"

/* One statement that was sent, until its answer is taken. Nobody need wait for it: the connection
 * reads every answer to its end, so the next user never sees what was meant for another. */
struct statement {
    struct statement *next_in_flight; /* of the connection */
    struct statement *next_sent;      /* of the transaction */
    const struct query *query;
    uint32_t prepared_number;
    bool prepares; /* the answer to its preparation is still to come before its own */
    bool only_reads;
    bool ends_unit;
    bool is_silent;  /* of the transaction: nobody asks for its rows */
    bool is_skipped; /* an earlier one of its unit failed, for the reason that stands in its
                        outcome, too */
    bool is_answered;
    bool is_finished; /* its unit ended, or the connection did */
    bool is_lost;     /* the connection ended before the unit did */
    bool is_abandoned;
    struct event finished;
    int64_t sent_us;
    PGresult *result;
    struct outcome outcome;
};

struct connection {
    PGconn *pg; /* NULL: not connected */
    uv_loop_t *loop;
    uv_poll_t *poll;
    int polled_socket; /* our duplicate of libpq's */
    int polled_events;
    struct connector *connector;
    struct connection *next_to_connect;
    struct prepared_table prepared;
    struct param_buffer params;
    struct statement *first; /* in flight, oldest first */
    struct statement *last;
    size_t in_flight;
    bool has_unsynced;
    bool is_useless;      /* dropped as soon as every answer was read */
    bool is_held;         /* by a transaction; not connected again meanwhile */
    bool is_returned;     /* held only until every answer was read */
    uv_timer_t *patience; /* with answers that nobody waits for */
    /* Told in the loop, never from within a call of this connection's user, except that a send may
     * find the connection lost. */
    void (*on_ready)(struct connection *connection);
    void (*on_drained)(struct connection *connection);
    void *owner;
};

/* Begins connecting. false: no memory. */
bool connection_init(struct connection *connection, uv_loop_t *loop,
                     struct connector *connector) must_check;
void connection_deinit(struct connection *connection);

/* The connector's result. */
void connection_open(struct connection *connection, PGconn *pg);

bool connection_is_ready(const struct connection *connection);

/* Queues a statement, preparing it when need be; params are copied. FAILURE_UNAVAILABLE when the
 * connection is or was just lost, FAILURE_EXHAUSTED at the maximum of statements in flight or
 * parameter bytes. */
enum failure connection_send(struct connection *connection, const struct query *query,
                             const struct param *params, size_t param_count,
                             struct statement **statement) must_check;

/* Ends the unit, when one is begun, and sends it off. */
void connection_sync(struct connection *connection);

/* Nobody waits for the answers that are still to come. When they take longer than a moment, the
 * connection is closed, by which the server notices (client_connection_check_interval), and ends
 * what it does for nobody. */
void connection_abandon(struct connection *connection);

/* Lets a held connection go; it connects again when it was lost meanwhile. Only when every answer
 * was read. */
void connection_let_go(struct connection *connection);

/* The outcome of a finished statement that was not lost, with its rows in the task's arena; rows
 * may be NULL. */
enum failure statement_rows(struct task *task, const struct statement *statement,
                            struct rows *rows) must_check;

/* The waiter is done with it, whether it finished or not. */
void statement_release(struct statement *statement);

#endif
