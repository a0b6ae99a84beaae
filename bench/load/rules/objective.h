/* Objectives: "p99=50ms", "errors=0.1%", "rate=200". One is met at its number and missed beyond. */
#ifndef BENCH_LOAD_RULES_OBJECTIVE_H
#define BENCH_LOAD_RULES_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/histogram.h"

#define OBJECTIVES_MAX 16

enum objective_kind {
    OBJECTIVE_LATENCY, /* p50, p90, p99, p99.9, max, …: at most so many ns */
    OBJECTIVE_ERRORS,  /* the share of calls that failed: at most */
    OBJECTIVE_REFUSED, /* … that a rule refused */
    OBJECTIVE_LIMITED, /* … that a limit turned away */
    OBJECTIVE_RATE,    /* calls that succeeded, per second: at least */
};

struct objective {
    enum objective_kind kind;
    char name[16];
    double quantile; /* of a latency */
    double bound;    /* ns, a share from 0 to 1, or per second */
    double seen;
    bool is_met;
};

/* The calls of the measured phases, whichever way they ended. */
struct measured {
    const struct histogram *latency; /* of what succeeded or failed, not of what was turned away */
    int64_t succeeded, refused, limited, failed;
    double seconds;
};

/* Reads "name=bound" up to a comma or the end, and returns what follows it; NULL: no objective. */
const char *objective_read(const char *text, struct objective *objective);

/* Of no call at all nothing is met. */
void objective_judge(struct objective *objective, const struct measured *measured);

#endif
