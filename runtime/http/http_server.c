#include "runtime/http/http_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "runtime/base/log.h"
#include "runtime/http/http_address.h"

#define CONNECTIONS_MAX 64
#define BACKLOG 128
#define HEAD_BYTES_MAX ((size_t)8 * 1024)
#define EXCHANGE_MS_MAX 15000
#define ANSWER_SIZE 160

struct http_server {
    uv_tcp_t listener;
    struct loop *loop;
    http_handler *handler;
    void *context;
    size_t body_bytes_max;
    struct connection *connections;
    size_t connection_count; /* with those being closed */
    size_t open_count;
    bool listener_closed;
};

/* Two handles and perhaps a task hold a connection; the last one frees it. */
struct connection {
    struct http_server *server;
    struct connection *next;
    struct connection *previous;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    struct task *task; /* running the handler */
    int holders;
    bool is_received; /* whole, or refused before */
    struct http_head head;
    size_t head_size; /* with its empty line; 0: not complete yet */
    size_t size;
    char answer[ANSWER_SIZE];
    char bytes[]; /* HEAD_BYTES_MAX + body_bytes_max + 1 */
};

/* ---- life of a connection ---- */

static void server_dispose(struct http_server *server)
{
    if (server->listener_closed && server->connection_count == 0)
        free(server);
}

static void connection_release(struct connection *connection)
{
    if (--connection->holders > 0)
        return;
    struct http_server *server = connection->server;
    server->connection_count--;
    free(connection);
    server_dispose(server);
}

static void handle_closed(uv_handle_t *handle)
{
    connection_release(handle->data);
}

static void connection_close(struct connection *connection)
{
    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connection->server->connections = connection->next;
    connection->server->open_count--;
    if (connection->task != NULL)
        task_cancel(connection->task);
    uv_close((uv_handle_t *)&connection->tcp, handle_closed);
    uv_close((uv_handle_t *)&connection->timer, handle_closed);
}

static void connection_expired(uv_timer_t *timer)
{
    connection_close(timer->data);
}

static struct connection *connection_new(struct http_server *server)
{
    struct connection *connection =
        calloc(1, sizeof *connection + HEAD_BYTES_MAX + server->body_bytes_max + 1);
    assert(connection != NULL);
    connection->server = server;
    connection->holders = 2;
    uv_tcp_init(server->listener.loop, &connection->tcp);
    uv_timer_init(server->listener.loop, &connection->timer);
    connection->tcp.data = connection->timer.data = connection->write.data = connection;
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    server->connections = connection;
    server->connection_count++;
    server->open_count++;
    return connection;
}

/* ---- answering ---- */

static const char *status_text(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    default:
        return "Service Unavailable";
    }
}

static void answer_written(uv_write_t *write, int status)
{
    (void)status;
    connection_close(write->data);
}

static void connection_answer(struct connection *connection, int status)
{
    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    uv_read_stop((uv_stream_t *)&connection->tcp);
    connection->is_received = true;
    const char *text = status_text(status);
    bool fits = text_print(connection->answer, sizeof connection->answer,
                           "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: "
                           "%zu\r\nConnection: close\r\n\r\n%s",
                           status, text, strlen(text), text);
    assert(fits);
    (void)fits;
    uv_buf_t buffer = uv_buf_init(connection->answer, (unsigned)strlen(connection->answer));
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &buffer, 1, answer_written) !=
        0)
        connection_close(connection);
}

static void handle_in_task(struct task *task, void *argument)
{
    struct connection *connection = argument;
    struct http_server *server = connection->server;
    const struct http_received received = {
        .head = &connection->head,
        .body = {(const uint8_t *)connection->bytes + connection->head_size,
                 connection->head.content_length},
    };
    connection->task = task;
    int status = uv_is_closing((uv_handle_t *)&connection->tcp)
                     ? 503
                     : server->handler(task, server->context, &received);
    connection->task = NULL;
    connection_answer(connection, status);
    connection_release(connection);
}

static void connection_handle(struct connection *connection)
{
    const struct task_options options = {.name = "http", .timeout_ms = EXCHANGE_MS_MAX};
    uv_read_stop((uv_stream_t *)&connection->tcp);
    connection->is_received = true;
    connection->holders++;
    if (loop_spawn(connection->server->loop, &options, handle_in_task, connection) == FAILURE_NONE)
        return;
    connection->holders--;
    connection_answer(connection, 503);
}

/* ---- reading ---- */

static size_t room_max(const struct connection *connection)
{
    return connection->head_size == 0 ? HEAD_BYTES_MAX
                                      : connection->head_size + connection->head.content_length;
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct connection *connection = handle->data;
    *buffer = uv_buf_init(connection->bytes + connection->size,
                          (unsigned)(room_max(connection) - connection->size));
}

/* 0: the head is not complete; else the status that says what is wrong, 200 for nothing. */
static int head_look(struct connection *connection)
{
    connection->bytes[connection->size] = '\0';
    if (strlen(connection->bytes) < connection->size &&
        strstr(connection->bytes, "\r\n\r\n") == NULL)
        return 400;
    char *end = strstr(connection->bytes, "\r\n\r\n");
    if (end == NULL)
        return connection->size == HEAD_BYTES_MAX ? 431 : 0;
    *end = '\0';
    connection->head_size = (size_t)(end - connection->bytes) + 4;
    if (!http_head_read(connection->bytes, &connection->head))
        return 400;
    return connection->head.content_length > connection->server->body_bytes_max ? 413 : 200;
}

static void take_bytes(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    (void)buffer;
    struct connection *connection = stream->data;
    if (size < 0) {
        connection_close(connection);
        return;
    }
    connection->size += (size_t)size;
    if (connection->head_size == 0) {
        int status = head_look(connection);
        if (status != 200) {
            if (status != 0)
                connection_answer(connection, status);
            return;
        }
    }
    if (connection->size >= connection->head_size + connection->head.content_length) {
        connection->bytes[connection->head_size + connection->head.content_length] = '\0';
        connection_handle(connection);
    }
}

/* Who sends nothing gives way to who may send: held-open connections do not keep a webhook out. */
static void make_way(struct http_server *server)
{
    struct connection *oldest = NULL;
    for (struct connection *connection = server->connections; connection != NULL;
         connection = connection->next) {
        if (!connection->is_received)
            oldest = connection;
    }
    if (oldest != NULL)
        connection_close(oldest);
}

static void take_connection(uv_stream_t *listener, int status)
{
    struct http_server *server = listener->data;
    if (status != 0)
        return;
    if (server->open_count == CONNECTIONS_MAX)
        make_way(server);
    struct connection *connection = connection_new(server);
    bool is_served =
        uv_accept(listener, (uv_stream_t *)&connection->tcp) == 0 &&
        server->open_count <= CONNECTIONS_MAX &&
        uv_timer_start(&connection->timer, connection_expired, EXCHANGE_MS_MAX, 0) == 0 &&
        uv_read_start((uv_stream_t *)&connection->tcp, give_room, take_bytes) == 0;
    if (!is_served)
        connection_close(connection);
}

/* ---- the port ---- */

static int listener_open(struct http_server *server, const struct sockaddr_storage *address)
{
    int failed = uv_tcp_bind(&server->listener, (const struct sockaddr *)address, 0);
    return failed != 0 ? failed
                       : uv_listen((uv_stream_t *)&server->listener, BACKLOG, take_connection);
}

struct http_server *http_server_new(struct loop *loop, const char *address, size_t body_bytes_max,
                                    http_handler *handler, void *context)
{
    struct sockaddr_storage parsed = {0};
    if (!http_address_read(address, &parsed)) {
        log_write(LOG_ERROR, "http_address_not_understood", log_text("address", address),
                  log_text("expected", "127.0.0.1:7421 or [::1]:7421"));
        return NULL;
    }
    struct http_server *server = calloc(1, sizeof *server);
    assert(server != NULL);
    server->loop = loop;
    server->handler = handler;
    server->context = context;
    server->body_bytes_max = body_bytes_max;
    uv_tcp_init(loop_uv(loop), &server->listener);
    server->listener.data = server;
    int failed = listener_open(server, &parsed);
    if (failed == 0)
        return server;
    const char *event = failed == UV_EADDRINUSE ? "http_port_taken" : "http_port_not_opened";
    log_write(LOG_ERROR, event, log_text("address", address), log_text("why", uv_strerror(failed)));
    http_server_free(server);
    return NULL;
}

static void listener_closed(uv_handle_t *handle)
{
    struct http_server *server = handle->data;
    server->listener_closed = true;
    server_dispose(server);
}

void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    while (server->connections != NULL)
        connection_close(server->connections);
    uv_close((uv_handle_t *)&server->listener, listener_closed);
}
