/* Connections that are open and silent: HTTP/2 to its first word, and no call ever. */
#ifndef BENCH_MEASURE_IDLE_H
#define BENCH_MEASURE_IDLE_H

#include <stddef.h>

#define IDLE_CONNECTIONS_MAX 15000

/* Opens them to address:port (IPv4) and waits for the peer's first word on each, or says why not
 * and exits the program. They stay until the program ends. */
void idle_connect(const char *target, size_t count);

#endif
