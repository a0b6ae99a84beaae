#include "runtime/rpc/client_target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/base/text.h"

#define PORT_MAX 65535

/* Never the spelling of a peer's address ("ipv4:127.0.0.1:7403"): until a connection took the
 * request, gRPC gives the target in place of the peer, and that is how we know that nothing was
 * sent. */
bool client_target_spell(const char *target, char *spelled, size_t size)
{
    static const char *const schemes[] = {"ipv4:", "ipv6:", "unix:", "dns:"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i]);
        if (strncmp(target, schemes[i], length) == 0) {
            const char *rest = target + length;
            const char *slashes = strncmp(rest, "//", 2) == 0 ? "" : rest[0] == '/' ? "//" : "///";
            return text_print(spelled, size, "%s%s%s", schemes[i], slashes, rest);
        }
    }
    return text_print(spelled, size, "dns:///%s", target);
}

/* ---- host and port ---- */

/* "host:port" or "[host]:port". */
static bool split(const char *text, size_t size, struct client_name *name)
{
    const char *colon = memrchr(text, ':', size);
    if (colon == NULL)
        return false;
    char digits[8];
    size_t host_size = (size_t)(colon - text);
    bool is_bracketed = host_size >= 2 && text[0] == '[' && colon[-1] == ']';
    const char *host = is_bracketed ? text + 1 : text;
    int host_bytes = (int)(is_bracketed ? host_size - 2 : host_size);
    if (host_bytes == 0 || !text_print(name->host, sizeof name->host, "%.*s", host_bytes, host) ||
        !text_print(digits, sizeof digits, "%.*s", (int)(text + size - colon - 1), colon + 1))
        return false;
    char *end;
    long port = strtol(digits, &end, 10);
    name->port = (int)port;
    return digits[0] != '\0' && *end == '\0' && port >= 1 && port <= PORT_MAX;
}

static bool address_spell(const struct client_name *name, char spelled[CLIENT_ADDRESS_BYTES_MAX])
{
    uint8_t bytes[sizeof(struct in6_addr)];
    char host[INET6_ADDRSTRLEN];
    bool is_4 = inet_pton(AF_INET, name->host, bytes) == 1;
    if (!is_4 && inet_pton(AF_INET6, name->host, bytes) != 1)
        return false;
    return inet_ntop(is_4 ? AF_INET : AF_INET6, bytes, host, sizeof host) != NULL &&
           text_print(spelled, CLIENT_ADDRESS_BYTES_MAX, is_4 ? "ipv4:%s:%d" : "ipv6:[%s]:%d", host,
                      name->port);
}

static void address_add(struct client_addresses *addresses,
                        const char spelled[CLIENT_ADDRESS_BYTES_MAX])
{
    for (size_t i = 0; i < addresses->count; i++) {
        if (strcmp(addresses->texts[i], spelled) == 0)
            return;
    }
    if (addresses->count < CLIENT_REPLICAS_MAX)
        memcpy(addresses->texts[addresses->count++], spelled, CLIENT_ADDRESS_BYTES_MAX);
}

/* ---- the target ---- */

static const char *behind(const char *target, const char *scheme)
{
    size_t size = strlen(scheme);
    if (strncmp(target, scheme, size) != 0)
        return NULL;
    const char *rest = target + size;
    return rest + (strncmp(rest, "///", 3) == 0 ? 3 : 0);
}

void client_target_addresses(const char *target, struct client_addresses *addresses)
{
    addresses->count = 0;
    const char *list = behind(target, "ipv4:");
    list = list == NULL ? behind(target, "ipv6:") : list;
    while (list != NULL) {
        const char *comma = strchr(list, ',');
        size_t size = comma == NULL ? strlen(list) : (size_t)(comma - list);
        struct client_name name;
        char spelled[CLIENT_ADDRESS_BYTES_MAX] = "";
        if (!split(list, size, &name) || !address_spell(&name, spelled)) {
            addresses->count = 0;
            return;
        }
        address_add(addresses, spelled);
        list = comma == NULL ? NULL : comma + 1;
    }
}

struct client_name client_target_name(const char *target)
{
    static const struct client_name none = {.host = ""};
    const char *text = behind(target, "dns:");
    bool has_scheme =
        text == NULL && (behind(target, "ipv4:") != NULL || behind(target, "ipv6:") != NULL ||
                         strncmp(target, "unix", 4) == 0);
    text = text == NULL ? target : text;
    char spelled[CLIENT_ADDRESS_BYTES_MAX];
    struct client_name name;
    bool is_name = !has_scheme && strchr(text, '/') == NULL && split(text, strlen(text), &name) &&
                   !address_spell(&name, spelled);
    return is_name ? name : none;
}

/* ---- looking a name up ---- */

static bool host_of(const struct addrinfo *info, char *host, size_t size)
{
    return getnameinfo(info->ai_addr, info->ai_addrlen, host, (socklen_t)size, NULL, 0,
                       NI_NUMERICHOST) == 0;
}

bool client_name_resolve(const struct client_name *name, struct client_addresses *addresses)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    addresses->count = 0;
    if (getaddrinfo(name->host, NULL, &hints, &found) != 0)
        return false;
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
        struct client_name at = {.port = name->port};
        char spelled[CLIENT_ADDRESS_BYTES_MAX] = "";
        if (host_of(info, at.host, sizeof at.host) && address_spell(&at, spelled))
            address_add(addresses, spelled);
    }
    freeaddrinfo(found);
    return addresses->count > 0;
}
