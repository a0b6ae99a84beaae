#include "runtime/base/network.h"

#include <assert.h>
#include <arpa/inet.h>
#include <string.h>

#include "runtime/base/text.h"

#define HOST_SIZE 256

bool host_is_loopback(const char *host)
{
    assert(host != NULL);
    struct in_addr v4;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || strcmp(host, "[::1]") == 0;
}

bool url_is_loopback(const char *url)
{
    assert(url != NULL);
    char host[HOST_SIZE];
    const char *authority = strstr(url, "://");
    if (authority == NULL)
        return false;
    authority += strlen("://");
    const char *end = authority + strcspn(authority, "/?#");
    const char *user_end = memrchr(authority, '@', (size_t)(end - authority));
    const char *start = user_end != NULL ? user_end + 1 : authority;
    const char *bracket = *start == '[' ? memchr(start, ']', (size_t)(end - start)) : NULL;
    size_t length = bracket != NULL ? (size_t)(bracket + 1 - start) : strcspn(start, ":/?#");
    return text_print(host, sizeof host, "%.*s", (int)length, start) && host_is_loopback(host);
}
