#include <dirent.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "runtime/rpc/serving.h"

/* A server's sockets. gRPC keeps them to itself, and closes neither its listener nor a connection
 * but as a part of its shut-down; so they are found among this process's descriptors by the address
 * that they are bound to. */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
    struct sockaddr_storage whole;
};

static bool is_of_server(const struct rpc_server *server, int socket)
{
    union address address = {0};
    socklen_t size = sizeof address;
    if (getsockname(socket, &address.any, &size) != 0)
        return false;
    if (address.any.sa_family == AF_INET)
        return ntohs(address.v4.sin_port) == server->port;
    if (address.any.sa_family == AF_INET6)
        return ntohs(address.v6.sin6_port) == server->port;
    const char *path =
        strncmp(server->settings.address, "unix:", 5) == 0 ? server->settings.address + 5 : "";
    return address.any.sa_family == AF_UNIX && path[0] == '/' &&
           strncmp(address.local.sun_path, path, sizeof address.local.sun_path) == 0;
}

static bool is_connected(int socket)
{
    union address address;
    socklen_t size = sizeof address;
    return getpeername(socket, &address.any, &size) == 0;
}

static bool is_listening(int socket)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

/* How many there are of those; each is shut when it is to be. */
static size_t each_socket(const struct rpc_server *server, bool (*is_one)(int socket), bool is_shut)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        int socket = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || !is_of_server(server, socket) || !is_one(socket))
            continue;
        count++;
        if (is_shut)
            shutdown(socket, SHUT_RDWR);
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}

void sockets_stop_listening(const struct rpc_server *server)
{
    (void)each_socket(server, is_listening, true);
}

size_t sockets_connected(const struct rpc_server *server)
{
    return each_socket(server, is_connected, false);
}

void sockets_cut(const struct rpc_server *server)
{
    (void)each_socket(server, is_connected, true);
}
