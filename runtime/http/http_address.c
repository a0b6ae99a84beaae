#include "runtime/http/http_address.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "runtime/base/text.h"

#define HOST_SIZE 64

bool http_address_read(const char *text, struct sockaddr_storage *address)
{
    char host[HOST_SIZE];
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !text_print(host, sizeof host, "%.*s", (int)(colon - text), text))
        return false;
    char *end;
    long port = strtol(colon + 1, &end, 10);
    if (end == colon + 1 || *end != '\0' || port < 0 || port > 65535)
        return false;
    size_t length = strlen(host);
    if (length < 2 || host[0] != '[' || host[length - 1] != ']')
        return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address) == 0;
    host[length - 1] = '\0';
    return uv_ip6_addr(host + 1, (int)port, (struct sockaddr_in6 *)address) == 0;
}
