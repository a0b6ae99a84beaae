#include "runtime/http/http_exchange.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/http/http_address.h"

#define BACKLOG 128
#define SEND_BUFFER_BYTES                                                   \
    (64 * 1024) /* of the kernel, for who reads slowly; it takes twice that \
                 */
#define POOL_BYTES_BESIDE_HEAD \
    ((size_t)8 * 1024)        /* fields found, the answer's head, parts of a stream */
#define LEAVING_PLACES_MAX 64 /* connections that were shut down and not yet noticed */

const char *http_server_library(void)
{
    return MHD_get_version();
}

static void connection_noted(void *server, struct MHD_Connection *native, void **context,
                             enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = http_connection_new(server, native);
    else
        http_connection_close(*context);
}

/* ---- the loop ---- */

static void timer_fired(uv_timer_t *timer);

/* libmicrohttpd does what can be done now, and says when it wants to be asked again. */
static void turn(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    server->has_resumed = false;
    MHD_run(server->daemon);
    http_exchange_rest_all(server);
    if (server->has_resumed || MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(&server->timer, timer_fired, wait_ms, 0);
    else
        uv_timer_stop(&server->timer);
}

static void timer_fired(uv_timer_t *timer)
{
    turn(timer->data);
}

static void poll_fired(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    turn(poll->data);
}

/* ---- the port ---- */

static void say_not_opened(const struct http_server_settings *settings, int error)
{
    const char *event = error == EADDRINUSE ? "http_port_taken" : "http_port_not_opened";
    log_write(LOG_ERROR, event, log_text("server", settings->name),
              log_text("address", settings->address),
              log_text("why", uv_strerror(uv_translate_sys_error(error))));
}

/* A listening socket, whose connections inherit the size of the send buffer; -1 with errno. */
static int listener_open(const struct sockaddr_storage *address)
{
    int on = 1, send_bytes = SEND_BUFFER_BYTES;
    socklen_t size =
        address->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    int listener = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return -1;
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes) == 0 &&
        bind(listener, (const struct sockaddr *)address, size) == 0 &&
        listen(listener, BACKLOG) == 0)
        return listener;
    int error = errno;
    close(listener);
    errno = error;
    return -1;
}

/* Paths and queries stay as they were sent. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *daemon_start(struct http_server *server, int listener)
{
    const struct http_server_settings *settings = &server->settings;
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, http_exchange_turn, server,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(settings->connections_max + LEAVING_PLACES_MAX), MHD_OPTION_CONNECTION_TIMEOUT,
        0U, MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->head_bytes_max + POOL_BYTES_BESIDE_HEAD,
        MHD_OPTION_URI_LOG_CALLBACK, http_exchange_begun, server, MHD_OPTION_NOTIFY_COMPLETED,
        http_exchange_ended, server, MHD_OPTION_NOTIFY_CONNECTION, connection_noted, server,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_END);
}

static bool server_open(struct http_server *server)
{
    struct sockaddr_storage address = {0};
    if (!http_address_read(server->settings.address, &address)) {
        log_write(LOG_ERROR, "http_address_not_understood",
                  log_text("server", server->settings.name),
                  log_text("address", server->settings.address),
                  log_text("expected", "127.0.0.1:7410 or [::1]:7410"));
        return false;
    }
    int listener = listener_open(&address);
    server->daemon = listener < 0 ? NULL : daemon_start(server, listener);
    if (server->daemon != NULL)
        return true;
    say_not_opened(&server->settings, errno);
    if (listener >= 0)
        close(listener);
    return false;
}

struct http_server *http_server_new(struct loop *loop, const struct http_server_settings *settings)
{
    assert((settings->page == NULL) != (settings->handler == NULL));
    assert(settings->body_bytes_max <= HTTP_BODY_BYTES_MAX && settings->connections_max > 0);
    struct http_server *server = calloc(1, sizeof *server);
    assert(server != NULL);
    server->settings = *settings;
    server->loop = loop;
    if (!server_open(server)) {
        free(server);
        return NULL;
    }
    server->holders = 2;
    server->timer_fired = timer_fired;
    uv_timer_init(loop_uv(loop), &server->timer);
    int failed =
        uv_poll_init(loop_uv(loop), &server->poll,
                     MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
    server->poll.data = server->timer.data = server;
    if (failed == 0)
        failed = uv_poll_start(&server->poll, UV_READABLE, poll_fired);
    assert(failed == 0);
    (void)failed;
    turn(server);
    return server;
}

int http_server_port(const struct http_server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void handle_closed(uv_handle_t *handle)
{
    http_server_release(handle->data);
}

void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    uv_close((uv_handle_t *)&server->poll, handle_closed);
    uv_close((uv_handle_t *)&server->timer, handle_closed);
    http_exchange_cancel_all(server);
    MHD_stop_daemon(server->daemon); /* closes the listener and every connection */
    server->daemon = NULL;
}
