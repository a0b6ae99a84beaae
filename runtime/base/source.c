#include "runtime/base/source.h"

#include <arpa/inet.h>
#include <string.h>

#include "runtime/base/text.h"

static bool print_network(const struct in6_addr *address, char source[SOURCE_SIZE])
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr network = *address;
    memset(network.s6_addr + 8, 0, 8);
    return inet_ntop(AF_INET6, &network, text, sizeof(text)) != NULL &&
           text_print(source, SOURCE_SIZE, "%s/64", text);
}

const char *source_of_address(const char *address, char source[SOURCE_SIZE])
{
    struct in6_addr six;
    struct in_addr four;
    bool known;
    if (inet_pton(AF_INET, address, &four) == 1) {
        known = inet_ntop(AF_INET, &four, source, SOURCE_SIZE) != NULL;
    } else if (inet_pton(AF_INET6, address, &six) == 1) {
        known = IN6_IS_ADDR_V4MAPPED(&six)
                    ? inet_ntop(AF_INET, six.s6_addr + 12, source, SOURCE_SIZE) != NULL
                    : print_network(&six, source);
    } else {
        known = false;
    }
    if (!known)
        source[0] = '\0';
    return source;
}
