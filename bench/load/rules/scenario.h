/* The scenarios: which calls, and how many of them when. */
#ifndef BENCH_LOAD_RULES_SCENARIO_H
#define BENCH_LOAD_RULES_SCENARIO_H

#include "bench/load/rules/piece.h"
#include "bench/load/rules/schedule.h"

/* The caller's numbers. */
struct wish {
    double rate_per_s;   /* of all generators together */
    double saturation;   /* 0: a closed phase finds it */
    int64_t duration_ns; /* of the measured phase, of each where there are several */
    int64_t warm_up_ns;
    size_t outstanding; /* of the closed phase */
    size_t shards;
};

struct scenario {
    const char *name;
    const char *tells;             /* for people */
    unsigned weights[PIECE_KINDS]; /* of a hundred calls */
    bool is_spike;                 /* to three times the saturation and back; else a steady rate */
};

/* NULL: there is none of that name. */
const struct scenario *scenario_find(const char *name);

/* The number-th, NULL beyond the last. */
const struct scenario *scenario_at(size_t number);

struct schedule scenario_plan(const struct scenario *scenario, const struct wish *wish);

/* chance is 64 random bits. */
enum piece_kind scenario_draw(const struct scenario *scenario, uint64_t chance);

#endif
