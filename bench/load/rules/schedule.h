/* The plan of a run: phases that follow each other, and when each call is meant to begin. A rate is
 * a line from one number to another; a closed phase begins a call whenever one ended. Time counts
 * from the beginning of the phase. */
#ifndef BENCH_LOAD_RULES_SCHEDULE_H
#define BENCH_LOAD_RULES_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEDULE_PHASES_MAX 8
#define NS_PER_S INT64_C(1000000000)

struct phase {
    const char *name;        /* literal */
    double from_per_s;       /* calls begun per second */
    double to_per_s;         /* at its end */
    double saturation_times; /* above 0: the rates are so many times what the closed phase did */
    int64_t duration_ns;
    size_t outstanding; /* above 0: closed, with as many calls under way */
    bool is_measured;   /* objectives are about what began in it */
};

struct schedule {
    struct phase phases[SCHEDULE_PHASES_MAX];
    size_t count;
};

/* How many calls an open phase begins. */
int64_t phase_calls(const struct phase *phase);

/* When the number-th call of an open phase is meant to begin, from 0; in a shard between two calls
 * of another, so a number may have a fraction. */
int64_t phase_due_ns(const struct phase *phase, double number);

/* Sets the rates of what waits for the saturation, of this generator alone. */
void schedule_saturated(struct schedule *schedule, double per_s);

#endif
