/* The numbers of a run while it runs, for Prometheus, on the admin port. */
#ifndef BENCH_LOAD_GAUGES_H
#define BENCH_LOAD_GAUGES_H

#include "bench/load/rules/result.h"
#include "runtime/loop/loop.h"

struct admin;

/* address "": none, NULL. NULL otherwise: one line was logged, for example that the port is taken.
 */
struct admin *gauges_serve(struct loop *loop, const char *address);

void gauges_note(const struct ended *ended);
void gauges_set(size_t under_way, size_t undecided);

#endif
