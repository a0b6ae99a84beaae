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

enum statement_phase {
    STATEMENT_PREPARING, /* sent; the answer to its preparation comes before its own */
    STATEMENT_SENT,      /* its own answer is to come */
    STATEMENT_ANSWERED,  /* its unit goes on */
    STATEMENT_FINISHED,  /* its unit ended */
    STATEMENT_LOST,      /* the connection ended before the unit did */
};

/* One statement that was sent, until its answer is taken. Nobody need wait for it: the connection
 * reads every answer to its end, so the next user never sees what was meant for another. */
struct statement {
    struct statement *next_in_flight; /* of the connection */
    struct statement *next_sent;      /* of the transaction */
    const struct query *query;
    uint32_t prepared_number;
    enum statement_phase phase;
    bool only_reads;
    bool ends_unit;
    bool is_silent;        /* of the transaction: nobody asks for its rows */
    bool is_abandoned;     /* nobody waits for it */
    struct event finished; /* or lost */
    int64_t sent_us;
    struct trace_span *span; /* NULL: not recorded */
    PGresult *result;        /* once it was answered */
    struct statement_outcome outcome;
};

/* Where the connection to the server is; pg is there when it is up or useless. */
enum connection_link {
    LINK_AWAITED, /* from the connector */
    LINK_UP,
    LINK_USELESS, /* dropped as soon as every answer was read: the server is a standby */
    LINK_DOWN,    /* lost while somebody holds it: not connected again meanwhile */
};

/* Its holder; a shared one is always free. */
enum connection_hold {
    HOLD_FREE,
    HOLD_LENT,     /* to a transaction */
    HOLD_RETURNED, /* until every answer was read */
};

struct connection {
    enum connection_link link;
    enum connection_hold hold;
    PGconn *pg;
    uv_loop_t *loop;
    uv_poll_t *poll;
    int polled_socket; /* our duplicate of libpq's */
    int polled_events;
    struct connector *connector;
    struct to_connect connecting;
    const struct task *holder; /* while it is lent, for those who look at the pool */
    int64_t lent_us;           /* monotonic */
    struct prepared_table prepared;
    struct param_buffer params;
    struct statement *first; /* in flight, oldest first */
    struct statement *last;
    size_t in_flight;
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

/* Each asserts that the move is one there may be. */
void connection_move_link(struct connection *connection, enum connection_link to);
void connection_move_hold(struct connection *connection, enum connection_hold to);

/* For people. */
const char *connection_link_name(const struct connection *connection);
const char *connection_hold_name(const struct connection *connection);
const char *statement_phase_name(const struct statement *statement);

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

/* Lets a returned connection go; it connects again when it was lost meanwhile. Only when every
 * answer was read. */
void connection_let_go(struct connection *connection);

/* The span of a statement that the running task sends (NULL: none), in OpenTelemetry's words: its
 * name, never its text nor its parameters. */
struct trace_span *statement_span_begin(const struct query *query);

/* Finished or lost: no answer will come any more. */
bool statement_is_over(const struct statement *statement);

/* The outcome of a finished statement, with its rows in the task's arena; rows
 * may be NULL. */
enum failure statement_rows(struct task *task, const struct statement *statement,
                            struct rows *rows) must_check;

/* The waiter is done with it, whether it finished or not. */
void statement_release(struct statement *statement);

/* ---- for connection.c ---- */

void statement_append(struct connection *connection, struct statement *statement);
/* false: this answer does not belong to what was sent. Takes the result. */
bool statement_take_result(struct connection *connection, PGresult *result) must_check;
/* Those in flight will not be answered. */
void statements_lose(struct connection *connection);

#endif
