/* Makes connections, one at a time, on a thread of its own: name look-up, TLS and password proof
 * block or take CPU, and the socket may change between the steps; none of it touches the loop's
 * thread. Failed attempts are repeated with jittered back-off, for ever. One attempt at a time also
 * keeps a PostgreSQL that comes back from being stormed. */
#ifndef RUNTIME_DATABASE_CONNECTOR_H
#define RUNTIME_DATABASE_CONNECTOR_H

#include <libpq-fe.h>
#include <stdatomic.h>
#include <uv.h>

#include "runtime/database/database.h"

/* One who waits for a connection to be made; zeros and made are all it needs. */
struct to_connect {
    struct to_connect *next;
    void (*made)(struct to_connect *self, PGconn *pg); /* takes pg */
};

/* libpq's parameters: the settings' URL and, over it, what every session needs. */
struct connect_options {
    char **keywords; /* ended by NULL, as values is */
    char **values;
    int64_t timeout_ms;
};

enum session_kind { SESSION_SERVES, SESSION_MIGRATES /* no statement timeout, plans of its own */ };

/* false: the URL cannot be read; logged without the URL. */
bool connect_options_init(struct connect_options *options, const struct database_settings *settings,
                          enum session_kind kind) must_check;
void connect_options_deinit(struct connect_options *options);

/* Connects and waits for it, on the calling thread, which is not the loop's. Never NULL unless
 * memory is out; ask PQstatus. Gives up when *abandoned becomes true. The caller ends it with
 * PQfinish. */
PGconn *connect_and_wait(const struct connect_options *options, const atomic_bool *abandoned);

struct connector {
    struct database_settings settings; /* its secrets may change where they lie */
    struct connect_options options;
    uv_thread_t thread;
    uv_async_t *finished;
    uv_timer_t *pause;
    bool busy; /* the thread runs, or the pause does */
    bool thread_runs;
    atomic_bool abandoned;
    PGconn *made;
    int failures;             /* in a row */
    unsigned passed_over;     /* hosts of the url: one a failed attempt */
    struct to_connect *first; /* the oldest */
    struct to_connect *last;
};

/* false: the URL cannot be read. */
bool connector_init(struct connector *connector, uv_loop_t *loop,
                    const struct database_settings *settings) must_check;

/* Connects soon, and then calls added->made, once. */
void connector_add(struct connector *connector, struct to_connect *added);

/* Gives up what it is doing; waits for its thread, which notices within 50 ms (a name look-up
 * cannot be cut short). */
void connector_deinit(struct connector *connector);

#endif
