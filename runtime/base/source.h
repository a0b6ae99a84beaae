/* Where a call comes from, as limits count it: an IPv4 address, or the /64 network of an IPv6
 * address, since whoever has one address of such a network has them all. */
#ifndef RUNTIME_BASE_SOURCE_H
#define RUNTIME_BASE_SOURCE_H

#include <stdbool.h>

#define SOURCE_SIZE 64

/* "203.0.113.9", "2001:db8:1:2::/64". An IPv4 address inside of an IPv6 one (::ffff:203.0.113.9) is
 * the IPv4 address. Anything else ("", a unix socket's path) becomes "": nobody's, and not
 * counted. */
const char *source_of_address(const char *address, char source[SOURCE_SIZE]);

/* The network alone, as people are shown where somebody was: "203.0.113.0/24", "2001:db8:1::/48".
 */
const char *source_network(const char *address, char network[SOURCE_SIZE]);

#endif
