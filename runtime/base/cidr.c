#include "runtime/base/cidr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

#define ADDRESS_BITS 128
#define MAPPED_BITS 96 /* before an IPv4 address inside of an IPv6 one */
#define CIDR_SIZE 64

struct network {
    struct in6_addr address; /* an IPv4 one is mapped */
    unsigned bits;
};

static bool read_address(const char *text, struct in6_addr *address, unsigned *offset)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    *offset = 0;
    if (inet_pton(AF_INET6, text, address) == 1)
        return true;
    *offset = MAPPED_BITS;
    memcpy(address->s6_addr, mapped, sizeof mapped);
    return inet_pton(AF_INET, text, address->s6_addr + sizeof mapped) == 1;
}

/* Decimal without a sign or a zero in front. */
static bool read_bits(const char *text, unsigned bits_max, unsigned *bits)
{
    size_t length = strspn(text, "0123456789");
    *bits = 0;
    if (length == 0 || length > 3 || text[length] != '\0' || (text[0] == '0' && length > 1))
        return false;
    for (size_t i = 0; i < length; i++)
        *bits = *bits * 10 + (unsigned)(text[i] - '0');
    return *bits <= bits_max;
}

static bool bit_of(const struct in6_addr *address, unsigned bit)
{
    assert(bit < ADDRESS_BITS);
    return (address->s6_addr[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static bool read_network(const char *cidr, struct network *network)
{
    char address[CIDR_SIZE];
    unsigned offset;
    size_t length = strcspn(cidr, "/");
    if (length >= sizeof address || !text_print(address, sizeof address, "%.*s", (int)length, cidr))
        return false;
    if (!read_address(address, &network->address, &offset))
        return false;
    network->bits = ADDRESS_BITS - offset;
    if (cidr[length] == '/' && !read_bits(cidr + length + 1, ADDRESS_BITS - offset, &network->bits))
        return false;
    network->bits += offset;
    for (unsigned bit = network->bits; bit < ADDRESS_BITS; bit++)
        if (bit_of(&network->address, bit))
            return false;
    return true;
}

bool cidr_is_one(const char *cidr)
{
    struct network network;
    return read_network(cidr, &network);
}

bool cidr_holds(const char *cidr, const char *address)
{
    struct network network;
    struct in6_addr one;
    unsigned offset, bit = 0;
    if (!read_network(cidr, &network) || !read_address(address, &one, &offset))
        return false;
    while (bit < network.bits && bit_of(&network.address, bit) == bit_of(&one, bit))
        bit++;
    return bit == network.bits;
}

bool cidr_any_holds(const char *cidrs, const char *address)
{
    char cidr[CIDR_SIZE];
    assert(cidrs[0] != ' ');
    for (const char *at = cidrs; *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (text_print(cidr, sizeof cidr, "%.*s", (int)length, at) && cidr_holds(cidr, address))
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}
