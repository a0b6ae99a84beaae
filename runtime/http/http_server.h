/* The one HTTP/1.1 server of the house: libmicrohttpd on the loop, for admin pages, webhooks and
 * whatever speaks HTTP later. Connections are kept, bodies may come in chunks, `Expect:
 * 100-continue` is answered. Everything has a maximum: connections (the oldest one without a
 * request makes way), bytes of head and body, time. A request is refused that HTTP/1.1 forbids or
 * that two programs could read differently (http_head.h). No TLS: bind it to loopback, or behind
 * the front. */
#ifndef RUNTIME_HTTP_HTTP_SERVER_H
#define RUNTIME_HTTP_HTTP_SERVER_H

#include "runtime/base/arena.h"
#include "runtime/base/text.h"
#include "runtime/loop/loop.h"

struct http_server;
struct http_exchange;

#define HTTP_BODY_BYTES_MAX ((size_t)1024 * 1024) /* the largest body_bytes_max */

struct http_field {
    const char *name; /* of what was received: in lower case */
    const char *value;
};

/* A request, whole. Borrowed until the handler returns. */
struct http_received {
    const char *method; /* "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH" or "OPTIONS" */
    const char *path;   /* as it was sent: escapes (%2F) are not resolved */
    const char *query;  /* as it was sent, without its "?"; "" for none */
    const struct http_field *fields;
    size_t field_count;
    struct bytes body; /* NUL-terminated beyond its size */
    struct http_exchange *exchange;
};

/* By its lower case name, the first of that name; NULL when absent. */
const char *http_received_field(const struct http_received *received, const char *name);

/* Copied when it is given. */
struct http_reply {
    int status;
    const char *type;                /* NULL: "text/plain; charset=utf-8" */
    const struct http_field *fields; /* further ones; no line end in them */
    size_t field_count;
    struct bytes body; /* data NULL: the status in words */
};

/* Answers at once, on the loop and outside of any task, so that it answers when no task can be had:
 * it may not await. The arena has 8 MiB and lasts until the reply is copied. */
typedef struct http_reply http_page(void *context, const struct http_received *received,
                                    struct arena *arena);

/* Answers in a task of its own, which may await. */
typedef struct http_reply http_handler(struct task *task, void *context,
                                       const struct http_received *received);

struct http_server_settings {
    const char *name;    /* literal, for logs: "admin" */
    const char *address; /* "127.0.0.1:7421" or "[::1]:0"; names are not looked up */
    size_t connections_max;
    size_t head_bytes_max; /* beyond: 431, and 414 for a first line without an end */
    size_t body_bytes_max; /* beyond: 413, before it is read when its length is told */
    int64_t receive_ms;    /* from the connection's beginning, or the last answer, to the end of a
                            * request; and from an answer's beginning (of a stream: from each part)
                            * until it is taken. Then the connection is closed. */
    int64_t handler_ms;    /* the deadline of a handler's task; 0: none */
    http_page *page;       /* either this … */
    http_handler *handler; /* … or this */
    void *context;         /* given to it */
};

/* settings and their texts are kept by the caller until http_server_new returns. NULL: one line was
 * logged, for example that the port is taken. */
struct http_server *http_server_new(struct loop *loop, const struct http_server_settings *settings);

/* The port that is bound, for address "127.0.0.1:0". */
int http_server_port(const struct http_server *server);

/* Takes no more, closes what is open and cancels what runs. The memory is gone once the loop has
 * turned and the handlers ended. Not from within a page. */
void http_server_free(struct http_server *server);

/* ---- an answer in parts, from a handler ---- */

/* Sends the head; the reply's body is not looked at. The handler's own reply then tells only
 * whether the answer is whole: with a status of 500 or more the connection breaks off. */
void http_answer_begin(const struct http_received *received, const struct http_reply *reply);

/* Awaits that the caller has taken everything but the last of it (libmicrohttpd holds one buffer,
 * the kernel another), so whoever reads slowly is written to slowly. CANCELLED: the caller is gone,
 * or as task_wait. */
enum failure http_answer_write(struct task *task, const struct http_received *received,
                               struct bytes part) must_check;

/* The version of libmicrohttpd that runs, for the build page. */
const char *http_server_library(void);

#endif
