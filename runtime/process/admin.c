#include "runtime/process/admin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "runtime/base/log.h"
#include "runtime/http/http_address.h"

#define CONNECTIONS_MAX 32
#define BACKLOG 64
#define HEAD_BYTES_MAX 4096
#define ANSWER_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define EXCHANGE_MS_MAX 10000

struct admin {
    uv_tcp_t listener;
    const struct admin_page *pages;
    void *context;
    struct connection *connections;
    size_t connection_count; /* with those being closed */
    size_t open_count;
    bool listener_closed;
};

/* Two handles, closed together; freed when both are. */
struct connection {
    struct admin *admin;
    struct connection *next;
    struct connection *previous;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    struct arena arena;
    int handles_open;
    bool is_answered;
    size_t head_size;
    char head[HEAD_BYTES_MAX + 1];
};

/* ---- life of a connection ---- */

static void admin_dispose(struct admin *admin)
{
    if (admin->listener_closed && admin->connection_count == 0)
        free(admin);
}

static void connection_handle_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    if (--connection->handles_open > 0)
        return;
    struct admin *admin = connection->admin;
    admin->connection_count--;
    arena_deinit(&connection->arena);
    free(connection);
    admin_dispose(admin);
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
        connection->admin->connections = connection->next;
    connection->admin->open_count--;
    uv_close((uv_handle_t *)&connection->tcp, connection_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, connection_handle_closed);
}

static void connection_expired(uv_timer_t *timer)
{
    connection_close(timer->data);
}

static struct connection *connection_new(struct admin *admin)
{
    struct connection *connection = calloc(1, sizeof *connection);
    assert(connection != NULL);
    connection->admin = admin;
    connection->handles_open = 2;
    arena_init(&connection->arena, ANSWER_BYTES_MAX);
    uv_tcp_init(admin->listener.loop, &connection->tcp);
    uv_timer_init(admin->listener.loop, &connection->timer);
    connection->tcp.data = connection->timer.data = connection->write.data = connection;
    connection->next = admin->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    admin->connections = connection;
    admin->connection_count++;
    admin->open_count++;
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
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Service Unavailable";
    }
}

static struct admin_answer plain(int status)
{
    return (struct admin_answer){
        .status = status, .type = "text/plain", .body = status_text(status)};
}

static void answer_written(uv_write_t *write, int status)
{
    (void)status;
    connection_close(write->data);
}

static void connection_answer(struct connection *connection, struct admin_answer answer)
{
    uv_read_stop((uv_stream_t *)&connection->tcp);
    connection->is_answered = true;
    if (answer.body == NULL)
        answer = plain(503);
    char *text =
        arena_printf(&connection->arena,
                     "HTTP/1.1 %d %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: "
                     "%zu\r\n%sConnection: close\r\n\r\n%s",
                     answer.status, status_text(answer.status), answer.type, strlen(answer.body),
                     answer.status == 405 ? "Allow: GET\r\n" : "", answer.body);
    if (text == NULL) {
        connection_close(connection);
        return;
    }
    uv_buf_t buffer = uv_buf_init(text, (unsigned)strlen(text));
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &buffer, 1, answer_written) !=
        0)
        connection_close(connection);
}

static struct admin_answer admin_answer_path(struct admin *admin, const char *path,
                                             struct arena *arena)
{
    for (const struct admin_page *page = admin->pages; page->path != NULL; page++) {
        if (strcmp(page->path, path) == 0)
            return page->answer(admin->context, arena);
    }
    return plain(404);
}

/* The request line, "GET /metrics?x=y HTTP/1.1"; the header fields after it change nothing here. */
static struct admin_answer admin_answer_head(struct admin *admin, char *head, struct arena *arena)
{
    head[strcspn(head, "\r\n")] = '\0';
    char *path = strchr(head, ' ');
    char *version = path == NULL ? NULL : strchr(path + 1, ' ');
    if (version == NULL || path[1] != '/' || strncmp(version, " HTTP/1.", 8) != 0)
        return plain(400);
    *path++ = *version = '\0';
    if (strcmp(head, "GET") != 0)
        return plain(405);
    path[strcspn(path, "?")] = '\0';
    return admin_answer_path(admin, path, arena);
}

/* ---- reading ---- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct connection *connection = handle->data;
    *buffer = uv_buf_init(connection->head + connection->head_size,
                          (unsigned)(HEAD_BYTES_MAX - connection->head_size));
}

static void take_bytes(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    (void)buffer;
    struct connection *connection = stream->data;
    if (size < 0 && connection->head_size < HEAD_BYTES_MAX) {
        connection_close(connection);
        return;
    }
    connection->head_size += size > 0 ? (size_t)size : 0;
    connection->head[connection->head_size] = '\0';
    if (strlen(connection->head) < connection->head_size)
        connection_answer(connection, plain(400));
    else if (strstr(connection->head, "\r\n\r\n") != NULL)
        connection_answer(
            connection, admin_answer_head(connection->admin, connection->head, &connection->arena));
    else if (connection->head_size == HEAD_BYTES_MAX)
        connection_answer(connection, plain(431));
}

/* Who asks nothing gives way to who may ask: held-open connections do not keep a probe out. */
static void make_way(struct admin *admin)
{
    struct connection *oldest = NULL;
    for (struct connection *connection = admin->connections; connection != NULL;
         connection = connection->next) {
        if (!connection->is_answered)
            oldest = connection;
    }
    if (oldest != NULL)
        connection_close(oldest);
}

static void take_connection(uv_stream_t *listener, int status)
{
    struct admin *admin = listener->data;
    if (status != 0)
        return;
    if (admin->open_count == CONNECTIONS_MAX)
        make_way(admin);
    struct connection *connection = connection_new(admin);
    bool is_served =
        uv_accept(listener, (uv_stream_t *)&connection->tcp) == 0 &&
        admin->open_count <= CONNECTIONS_MAX &&
        uv_timer_start(&connection->timer, connection_expired, EXCHANGE_MS_MAX, 0) == 0 &&
        uv_read_start((uv_stream_t *)&connection->tcp, give_room, take_bytes) == 0;
    if (!is_served)
        connection_close(connection);
}

/* ---- the port ---- */

static int listener_open(struct admin *admin, const struct sockaddr_storage *address)
{
    int failed = uv_tcp_bind(&admin->listener, (const struct sockaddr *)address, 0);
    return failed != 0 ? failed
                       : uv_listen((uv_stream_t *)&admin->listener, BACKLOG, take_connection);
}

struct admin *admin_new(struct loop *loop, const char *address, const struct admin_page *pages,
                        void *context)
{
    struct sockaddr_storage parsed = {0};
    if (!http_address_read(address, &parsed)) {
        log_write(LOG_ERROR, "admin_address_not_understood", log_text("address", address),
                  log_text("expected", "127.0.0.1:7410 or [::1]:7410"));
        return NULL;
    }
    struct admin *admin = calloc(1, sizeof *admin);
    assert(admin != NULL);
    admin->pages = pages;
    admin->context = context;
    uv_tcp_init(loop_uv(loop), &admin->listener);
    admin->listener.data = admin;
    int failed = listener_open(admin, &parsed);
    if (failed == 0)
        return admin;
    const char *event = failed == UV_EADDRINUSE ? "admin_port_taken" : "admin_port_not_opened";
    log_write(LOG_ERROR, event, log_text("address", address), log_text("why", uv_strerror(failed)));
    admin_free(admin);
    return NULL;
}

int admin_port(const struct admin *admin)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    if (uv_tcp_getsockname(&admin->listener, (struct sockaddr *)&address, &size) != 0)
        return 0;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    return ntohs(v4->sin_port); /* the port has the same place in sockaddr_in6 */
}

static void listener_closed(uv_handle_t *handle)
{
    struct admin *admin = handle->data;
    admin->listener_closed = true;
    admin_dispose(admin);
}

void admin_free(struct admin *admin)
{
    if (admin == NULL)
        return;
    while (admin->connections != NULL)
        connection_close(admin->connections);
    uv_close((uv_handle_t *)&admin->listener, listener_closed);
}
