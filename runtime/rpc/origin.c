/* Where a call comes from: its source address and its certificate, as the front said or as the
 * connection shows. */
#include <arpa/inet.h>
#include <assert.h>
#include <grpc/grpc.h>
#include <grpc/support/alloc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/rpc/serving.h"

#define UNIX_PREFIX "unix:"
#define FOLDER_SIZE 256
#define SOURCE_HEADER "kontor-source-address"
#define CERTIFICATE_HEADER "kontor-client-certificate"
#define CERTIFICATE_HASH_HEADER "kontor-certificate-sha256"

/* ---- whom to believe ---- */

/* false: no unix socket, or none in a folder. */
static bool read_folder(const char *address, char folder[FOLDER_SIZE])
{
    assert(address != NULL && folder != NULL);
    if (strncmp(address, UNIX_PREFIX, strlen(UNIX_PREFIX)) != 0)
        return false;
    const char *path = address + strlen(UNIX_PREFIX);
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash != path &&
           text_print(folder, FOLDER_SIZE, "%.*s", (int)(slash - path), path);
}

void origin_make_folder(const char *address)
{
    char folder[FOLDER_SIZE];
    assert(address != NULL);
    if (read_folder(address, folder))
        (void)mkdir(folder, 0700); /* whether it is there, and whose it is, is asked next */
}

bool origin_listens_privately(const char *address)
{
    char folder[FOLDER_SIZE];
    struct stat seen;
    return read_folder(address, folder) && stat(folder, &seen) == 0 && S_ISDIR(seen.st_mode) &&
           seen.st_uid == geteuid() && (seen.st_mode & 077) == 0;
}

/* Strangers reach a door's address and could write whatever they like; nobody but its front reaches
 * a private socket. */
static bool headers_are_believed(const struct rpc_server *server)
{
    return !server->settings.is_door || server->is_private;
}

/* ---- the address ---- */

static bool is_address(const char *text)
{
    uint8_t bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static bool copy_address(char address[SOURCE_ADDRESS_SIZE], const char *text, size_t length)
{
    if (length > 0 && length < SOURCE_ADDRESS_SIZE) {
        memcpy(address, text, length);
        address[length] = '\0';
        if (is_address(address))
            return true;
    }
    address[0] = '\0';
    return false;
}

/* gRPC says "ipv4:127.0.0.1:4711", "ipv6:%5B::1%5D:4711" or "unix:…". */
static void read_peer(const char *peer, char address[SOURCE_ADDRESS_SIZE])
{
    const char *start = strchr(peer, ':');
    const char *port = strrchr(peer, ':');
    if (strncmp(peer, "ipv4:", 5) == 0 && port > start) {
        (void)copy_address(address, start + 1, (size_t)(port - start - 1));
    } else if (strncmp(peer, "ipv6:", 5) == 0) {
        start += strncmp(start, ":%5B", 4) == 0 ? 4 : strncmp(start, ":[", 2) == 0 ? 2 : 1;
        (void)copy_address(address, start, strcspn(start, "%]"));
    }
}

void origin_read(struct call *call)
{
    call->source_address[0] = '\0';
    if (headers_are_believed(call->server)) {
        struct bytes said = call_header_value(call, SOURCE_HEADER);
        if (said.data != NULL &&
            copy_address(call->source_address, (const char *)said.data, said.size))
            return;
    }
    char *peer = grpc_call_get_peer(call->core);
    read_peer(peer, call->source_address);
    gpr_free(peer);
}

const char *call_source_address(const struct call *call)
{
    return call->source_address;
}

/* ---- the certificate ---- */

const char *call_peer_identity(const struct call *call)
{
    const char *identity;
    if (call->server->settings.is_door && call->server->is_private) {
        struct bytes said = call_header_value(call, CERTIFICATE_HEADER);
        identity = credentials_identity_of(said.data, said.size, call->arena);
    } else {
        identity = credentials_peer_identity(call->core, call->arena);
    }
    return identity == NULL ? "" : identity;
}

bool call_certificate_hash(const struct call *call, uint8_t hash[CALL_CERTIFICATE_HASH_SIZE])
{
    char text[2 * CALL_CERTIFICATE_HASH_SIZE + 1];
    struct bytes said = call_header_value(call, CERTIFICATE_HASH_HEADER);
    if (!call->server->settings.is_door || !call->server->is_private || said.data == NULL ||
        said.size != sizeof text - 1)
        return false;
    memcpy(text, said.data, said.size);
    text[said.size] = '\0';
    return bytes_from_hex(text, hash, CALL_CERTIFICATE_HASH_SIZE);
}
