#include "runtime/base/source.h"

#include <arpa/inet.h>
#include <string.h>

#include "runtime/base/text.h"

/* The first so many of an IPv6 address's 16 bytes. */
static bool print_network(const struct in6_addr *address, size_t bytes, char source[SOURCE_SIZE])
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr network = *address;
    memset(network.s6_addr + bytes, 0, sizeof(network) - bytes);
    return inet_ntop(AF_INET6, &network, text, sizeof(text)) != NULL &&
           text_print(source, SOURCE_SIZE, "%s/%zu", text, bytes * 8);
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
                    : print_network(&six, 8, source);
    } else {
        known = false;
    }
    if (!known)
        source[0] = '\0';
    return source;
}

const char *source_network(const char *address, char network[SOURCE_SIZE])
{
    struct in6_addr six;
    struct in_addr four;
    char text[SOURCE_SIZE];
    bool known;
    source_of_address(address, text);
    if (inet_pton(AF_INET, text, &four) == 1) {
        const uint8_t *bytes = (const uint8_t *)&four;
        known = text_print(network, SOURCE_SIZE, "%u.%u.%u.0/24", bytes[0], bytes[1], bytes[2]);
    } else {
        known = inet_pton(AF_INET6, address, &six) == 1 && print_network(&six, 6, network);
    }
    if (!known)
        network[0] = '\0';
    return network;
}
