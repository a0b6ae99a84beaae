/* One customer's program with Kontor's client library (cli/library), which gathers single orders by
 * itself: one session, one paying account, as many orders under way as there are lanes. */
#ifndef BENCH_CONTENDER_GATHER_H
#define BENCH_CONTENDER_GATHER_H

#include "bench/measure/load.h"
#include "bench/measure/traffic.h"

struct gather_settings {
    const char *gateway;
    const char *currency;
    size_t lanes;
    struct traffic *traffic; /* with a roster: its first account pays, by its first session */
};

struct gather;

/* Exits the program when the library cannot be opened. */
struct gather *gather_open(const struct gather_settings *settings);
void gather_close(struct gather *gather);
struct contender gather_contender(struct gather *gather);

#endif
