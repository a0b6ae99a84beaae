/* Hosts that only this machine reaches. */
#ifndef RUNTIME_BASE_NETWORK_H
#define RUNTIME_BASE_NETWORK_H

#include <stdbool.h>

/* "localhost", an address of 127.0.0.0/8, "::1" or "[::1]"; names are not looked up. */
bool host_is_loopback(const char *host);

/* The same of the host of "scheme://[user@]host[:port][/path]"; false for what is no such URL. */
bool url_is_loopback(const char *url);

#endif
