/* Inside of the server, from top to bottom: the loop and the port (http_server.c), a request as it
 * arrives (http_exchange.c), its answer (http_answer.c), connections (http_connection.c). */
#ifndef RUNTIME_HTTP_HTTP_EXCHANGE_H
#define RUNTIME_HTTP_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <uv.h>

#include "runtime/http/http_server.h"

/* A connection's own clock, because libmicrohttpd's begins anew with each byte. */
struct http_connection {
    struct http_server *server;
    struct http_connection *older;
    struct http_connection *newer;
    uv_timer_t clock;
    int descriptor;
    bool is_waiting; /* for a request to be whole: it may be closed to make way */
    bool is_leaving; /* was shut down */
};

struct http_server {
    struct http_server_settings settings;
    struct loop *loop;
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    uv_timer_cb timer_fired; /* a turn of libmicrohttpd */
    bool has_resumed;        /* a connection, since libmicrohttpd looked */
    struct http_connection *oldest;
    struct http_connection *newest;
    size_t open_count; /* those that were shut down not among them */
    struct http_exchange *exchanges;
    struct http_exchange *to_rest; /* after this turn, until they are answered */
    size_t holders;                /* handles, connections and tasks; the last one frees it */
};

/* A request goes down these in order; the answer is given in the last one. */
enum http_step { STEP_HEAD, STEP_BODY, STEP_HANDLED, STEP_ANSWERED };

/* libmicrohttpd holds it, and perhaps a task; the last one frees it. */
struct http_exchange {
    struct http_server *server;
    struct http_exchange *next;
    struct http_exchange *previous;
    struct http_exchange *next_to_rest;
    struct MHD_Connection *native; /* NULL: it is over */
    struct http_connection *connection;
    int holders;
    enum http_step step;
    bool is_suspended; /* libmicrohttpd leaves the connection alone */
    bool is_stream;
    bool is_stream_ended;
    bool is_broken;            /* the stream is not whole */
    int refused;               /* the status; 0: not refused */
    struct task *task;         /* running the handler */
    char *target;              /* as it was sent */
    struct http_field *fields; /* and behind them their text */
    struct http_received received;
    char *body;
    size_t body_size;
    size_t body_room;
    struct MHD_Response *response;
    int status;
    struct bytes part; /* of a stream, not yet taken */
    struct event part_taken;
};

/* For libmicrohttpd, whose context is the server: the first line came; the head, a piece of the
 * body or the end came, or it is asked for the answer; it is over. */
void *http_exchange_begun(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result http_exchange_turn(void *server, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **exchange);
void http_exchange_ended(void *server, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode code);

/* Before the server goes: cancels the tasks, so that no connection is held back any more. */
void http_exchange_cancel_all(struct http_server *server);

/* The answer, by what answers the server's requests; a refusal ends the connection. */
enum MHD_Result http_exchange_answer_page(struct http_exchange *exchange);
enum MHD_Result http_exchange_answer_later(struct http_exchange *exchange);
enum MHD_Result http_exchange_answer(struct http_exchange *exchange); /* one that is known */
enum MHD_Result http_exchange_refuse(struct http_exchange *exchange, int status);

/* After each turn of libmicrohttpd. */
void http_exchange_rest_all(struct http_server *server);

/* libmicrohttpd asks again what to do, at the loop's next turn; nothing unless it was suspended. */
void http_exchange_resume(struct http_exchange *exchange);

void http_exchange_release(struct http_exchange *exchange);

/* A connection that libmicrohttpd opened; it makes another one, or itself, leave when there are too
 * many. */
struct http_connection *http_connection_new(struct http_server *server,
                                            struct MHD_Connection *native);
void http_connection_close(struct http_connection *connection);

void http_clock_start(struct http_connection *connection);
void http_clock_stop(struct http_connection *connection);

/* Waits for its next request from now on; as new as a new one. */
void http_connection_waits(struct http_connection *connection);

/* At the loop's next turn libmicrohttpd looks at what was resumed. */
void http_server_turn_soon(struct http_server *server);

void http_server_release(struct http_server *server);

#endif
