#include "runtime/http/http_exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#define DROPPED_TIMES_MAX 256

void http_server_release(struct http_server *server)
{
    if (--server->holders == 0)
        free(server);
}

void http_server_turn_soon(struct http_server *server)
{
    server->has_resumed = true;
    uv_timer_start(&server->timer, server->timer_fired, 0, 0);
}

static void connection_shut(struct http_connection *connection)
{
    if (connection->is_leaving)
        return;
    connection->is_leaving = true;
    connection->server->open_count--;
    shutdown(connection->descriptor, SHUT_RDWR); /* libmicrohttpd notices, and closes it */
}

static void clock_fired(uv_timer_t *clock)
{
    connection_shut(clock->data);
}

void http_clock_start(struct http_connection *connection)
{
    uv_timer_start(&connection->clock, clock_fired,
                   (uint64_t)connection->server->settings.receive_ms, 0);
}

void http_clock_stop(struct http_connection *connection)
{
    uv_timer_stop(&connection->clock);
}

static void link_newest(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    connection->newer = NULL;
    connection->older = server->newest;
    if (server->newest != NULL)
        server->newest->newer = connection;
    else
        server->oldest = connection;
    server->newest = connection;
}

static void unlink_connection(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->newer != NULL)
        connection->newer->older = connection->older;
    else
        server->newest = connection->older;
    if (connection->older != NULL)
        connection->older->newer = connection->newer;
    else
        server->oldest = connection->newer;
}

/* A caller that has said all ends its side, perhaps together with its request. libmicrohttpd waits
 * for edges and has missed this one; shut once more, it is one again. */
static void notice_end(const struct http_connection *connection)
{
    char byte;
    if (recv(connection->descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        shutdown(connection->descriptor, SHUT_RD);
}

void http_connection_waits(struct http_connection *connection)
{
    notice_end(connection);
    connection->is_waiting = true;
    unlink_connection(connection);
    link_newest(connection);
    http_clock_start(connection);
}

/* A connection that asks nothing gives way to one that may ask: held open, it keeps nobody out.
 * When all of them ask, the newest goes. */
static void make_way(struct http_server *server)
{
    struct http_connection *connection = server->oldest;
    while (connection != NULL && (!connection->is_waiting || connection->is_leaving))
        connection = connection->newer;
    assert(connection != NULL); /* the newest waits */
    connection_shut(connection);
}

struct http_connection *http_connection_new(struct http_server *server,
                                            struct MHD_Connection *native)
{
    struct http_connection *connection = calloc(1, sizeof *connection);
    assert(connection != NULL);
    connection->server = server;
    connection->descriptor =
        MHD_get_connection_info(native, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->is_waiting = true;
    uv_timer_init(loop_uv(server->loop), &connection->clock);
    connection->clock.data = connection;
    link_newest(connection);
    server->holders++;
    server->open_count++;
    http_clock_start(connection);
    if (server->open_count > server->settings.connections_max)
        make_way(server);
    return connection;
}

static void clock_closed(uv_handle_t *clock)
{
    struct http_connection *connection = clock->data;
    http_server_release(connection->server);
    free(connection);
}

/* The rest of a request that was refused: left unread, it would make the kernel reset the
 * connection, and the caller might lose the answer. */
static void drop_arrived(int descriptor)
{
    char bytes[4096];
    for (int i = 0; i < DROPPED_TIMES_MAX; i++) {
        if (recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
            return;
    }
}

void http_connection_close(struct http_connection *connection)
{
    drop_arrived(connection->descriptor);
    if (!connection->is_leaving)
        connection->server->open_count--;
    unlink_connection(connection);
    uv_close((uv_handle_t *)&connection->clock, clock_closed);
}
