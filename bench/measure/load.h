/* The loop that puts a contender under load. Closed: each lane begins again as soon as it ended.
 * Open: work begins at a fixed rate, whether or not earlier work ended; what finds no free lane
 * waits for one, and its latency counts from the moment it was meant to begin, so a contender that
 * stalls cannot hide it (no coordinated omission). One thread. */
#ifndef BENCH_MEASURE_LOAD_H
#define BENCH_MEASURE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/histogram.h"

#define LOAD_LANES_MAX 1024

struct load;

/* The contender that is measured. A lane is one piece of work under way: a call, a message of a
 * stream, a transaction on a connection. */
struct contender {
    void (*begin)(void *state, size_t lane);
    /* Awaits what was begun, for timeout_ns at most, and tells the load of each lane that ended. */
    void (*wait)(void *state, struct load *load, int64_t timeout_ns);
    void *state;
};

struct load_plan {
    size_t lanes;
    double rate_per_s; /* pieces of work; 0: closed loop */
    int64_t warm_up_ns;
    int64_t duration_ns;
    int64_t pieces_max; /* stop after as many; 0: only by time */
    void (*window)(void *argument,
                   bool opens); /* called when measuring begins and ends; may be NULL */
    void *argument;
};

struct load_result {
    struct histogram latency; /* of the pieces that were meant to begin within the window */
    int64_t window_ns;
    int64_t pieces; /* that ended within the window, and the orders in them */
    int64_t orders;
    int64_t settled;    /* orders, over the whole run: what an audit has to find */
    int64_t refused;    /* orders; over the whole run: a run with any is no measurement */
    int64_t unfinished; /* pieces still under way when patience ended */
    int64_t behind_ns;  /* open loop: how late the latest piece began */
};

/* Monotonic nanoseconds. */
int64_t load_now_ns(void);

void load_run(const struct contender *contender, const struct load_plan *plan,
              struct load_result *result);

/* The contender's word that a lane ended, with how many orders in it. */
void load_ended(struct load *load, size_t lane, int64_t orders, int64_t refused);

#endif
