/* A proxy between libpq and PostgreSQL that cuts every connection after a number of bytes, either
 * way, counted from the moment it is armed. It runs on a thread of its own. */
#ifndef TESTS_RUNTIME_DATABASE_PROXY_H
#define TESTS_RUNTIME_DATABASE_PROXY_H

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PROXY_PAIRS_MAX 32
#define PROXY_UNLIMITED 1000000

struct proxy {
    pthread_t thread;
    int listener;
    char folder[64];
    char address[108];
    char server[108];
    int ends[PROXY_PAIRS_MAX][2]; /* client, server; -1: free */
    atomic_bool stopping;
    atomic_bool armed;
    atomic_int left[2]; /* bytes that still pass: to the server, to the client */
    atomic_int cuts;
};

static inline void proxy_cut(struct proxy *proxy)
{
    for (int i = 0; i < PROXY_PAIRS_MAX; i++)
        for (int end = 0; end < 2; end++)
            if (proxy->ends[i][end] >= 0) {
                close(proxy->ends[i][end]);
                proxy->ends[i][end] = -1;
            }
    atomic_store(&proxy->armed, false);
    atomic_fetch_add(&proxy->cuts, 1);
}

static inline void proxy_accept(struct proxy *proxy)
{
    int client = accept(proxy->listener, NULL, NULL);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, proxy->server, sizeof to.sun_path);
    bool is_connected = connect(server, (struct sockaddr *)&to, sizeof to) == 0;
    for (int i = 0; is_connected && i < PROXY_PAIRS_MAX; i++)
        if (proxy->ends[i][0] < 0) {
            proxy->ends[i][0] = client;
            proxy->ends[i][1] = server;
            return;
        }
    close(client);
    close(server);
}

static inline void proxy_end_pair(struct proxy *proxy, int pair)
{
    close(proxy->ends[pair][0]);
    close(proxy->ends[pair][1]);
    proxy->ends[pair][0] = proxy->ends[pair][1] = -1;
}

static inline void proxy_pass(struct proxy *proxy, int pair, int from)
{
    char bytes[16384];
    ssize_t size = recv(proxy->ends[pair][from], bytes, sizeof bytes, 0);
    if (size <= 0) {
        proxy_end_pair(proxy, pair);
        return;
    }
    bool is_armed = atomic_load(&proxy->armed);
    int left = atomic_load(&proxy->left[from]);
    bool is_last = is_armed && size >= left;
    if (is_last)
        size = left;
    ssize_t sent =
        size > 0 ? send(proxy->ends[pair][1 - from], bytes, (size_t)size, MSG_NOSIGNAL) : 0;
    if (is_armed)
        atomic_fetch_sub(&proxy->left[from], (int)size);
    if (is_last)
        proxy_cut(proxy);
    else if (sent != size)
        proxy_end_pair(proxy, pair);
}

static inline void proxy_turn(struct proxy *proxy)
{
    struct pollfd sockets[1 + 2 * PROXY_PAIRS_MAX] = {{.fd = proxy->listener, .events = POLLIN}};
    for (int i = 0; i < 2 * PROXY_PAIRS_MAX; i++)
        sockets[1 + i] = (struct pollfd){.fd = proxy->ends[i / 2][i % 2], .events = POLLIN};
    if (poll(sockets, 1 + 2 * PROXY_PAIRS_MAX, 20) <= 0)
        return;
    for (int i = 0; i < 2 * PROXY_PAIRS_MAX; i++)
        if (sockets[1 + i].revents != 0 && proxy->ends[i / 2][i % 2] == sockets[1 + i].fd &&
            sockets[1 + i].fd >= 0)
            proxy_pass(proxy, i / 2, i % 2);
    if (sockets[0].revents != 0)
        proxy_accept(proxy);
}

static inline void *proxy_main(void *argument)
{
    struct proxy *proxy = argument;
    while (!atomic_load(&proxy->stopping))
        proxy_turn(proxy);
    proxy_cut(proxy);
    return NULL;
}

/* Listens where libpq looks when it is given host=proxy->folder. */
static inline void proxy_start(struct proxy *proxy)
{
    memset(proxy, 0, sizeof *proxy);
    memset(proxy->ends, -1, sizeof proxy->ends);
    strcpy(proxy->folder, "/tmp/kontor-proxy-XXXXXX");
    char *folder = mkdtemp(proxy->folder);
    assert(folder != NULL);
    snprintf(proxy->address, sizeof proxy->address, "%s/.s.PGSQL.5432", folder);
    snprintf(proxy->server, sizeof proxy->server, "%s/.s.PGSQL.5432",
             getenv("KONTOR_TEST_POSTGRES"));
    proxy->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    memcpy(at.sun_path, proxy->address, sizeof at.sun_path);
    int result = bind(proxy->listener, (struct sockaddr *)&at, sizeof at);
    assert(result == 0);
    result = listen(proxy->listener, 64);
    assert(result == 0);
    result = pthread_create(&proxy->thread, NULL, proxy_main, proxy);
    assert(result == 0);
    (void)result;
}

/* From now on so many bytes pass to the server and to the client; then everything is cut, once. */
static inline void proxy_arm(struct proxy *proxy, int to_server, int to_client)
{
    atomic_store(&proxy->left[0], to_server);
    atomic_store(&proxy->left[1], to_client);
    atomic_store(&proxy->armed, true);
}

static inline void proxy_disarm(struct proxy *proxy)
{
    atomic_store(&proxy->armed, false);
}

static inline void proxy_stop(struct proxy *proxy)
{
    atomic_store(&proxy->stopping, true);
    pthread_join(proxy->thread, NULL);
    close(proxy->listener);
    unlink(proxy->address);
    rmdir(proxy->folder);
}

#endif
