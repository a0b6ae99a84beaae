/* A small HTTP/1.1 listener for what others send us (webhooks): one request a connection, each
 * handled in a task of its own, with a maximum of connections, of bytes and of time. It speaks no
 * TLS: bind it to loopback, behind a proxy that does. */
#ifndef RUNTIME_HTTP_HTTP_SERVER_H
#define RUNTIME_HTTP_HTTP_SERVER_H

#include "runtime/base/text.h"
#include "runtime/http/http_head.h"
#include "runtime/loop/loop.h"

struct http_server;

/* Borrowed during the handler. */
struct http_received {
    const struct http_head *head;
    struct bytes body; /* as it came, NUL-terminated beyond its size */
};

/* Awaits as it likes; returns the status to answer with, for example 200. */
typedef int http_handler(struct task *task, void *context, const struct http_received *received);

/* address is "127.0.0.1:7421" or "[::1]:0"; names are not looked up. body_bytes_max at most; more
 * is answered with 413 before it is read. NULL: one line was logged, for example that the port is
 * taken. */
struct http_server *http_server_new(struct loop *loop, const char *address, size_t body_bytes_max,
                                    http_handler *handler, void *context);

/* Takes no more; cancels what runs. The memory is gone once the loop has turned and the handlers
 * ended. */
void http_server_free(struct http_server *server);

#endif
