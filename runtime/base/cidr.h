/* Networks of addresses (RFC 4632, RFC 4291): "203.0.113.0/24", "2001:db8::/32", or one address. */
#ifndef RUNTIME_BASE_CIDR_H
#define RUNTIME_BASE_CIDR_H

#include <stdbool.h>

/* Whether it is one; no bit may be set behind the prefix, so that nobody means another network than
 * he wrote. */
bool cidr_is_one(const char *cidr);

/* Whether an address is in it; "" is in none. An IPv4 address inside of an IPv6 one
 * (::ffff:203.0.113.9) is the IPv4 address. */
bool cidr_holds(const char *cidr, const char *address);

/* Whether it is in any of several, with spaces between. */
bool cidr_any_holds(const char *cidrs, const char *address);

#endif
