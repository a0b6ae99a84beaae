/* The verdict of a run, which is the exit code: money first, then whether the numbers can be
 * believed, then whether they are good enough. */
#ifndef BENCH_LOAD_RULES_VERDICT_H
#define BENCH_LOAD_RULES_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/load/rules/objective.h"

enum verdict {
    VERDICT_PASS = 0,
    VERDICT_MISSED = 1,    /* an objective */
    VERDICT_MONEY = 2,     /* wrong, or what became of a request was not to be learned */
    VERDICT_SATURATED = 3, /* the generator: it could not keep the rate */
    VERDICT_NOT_BEGUN = 4,
};

struct verdict_facts {
    int64_t money_mistakes; /* balances and findings */
    int64_t undecided;      /* request ids whose fate nobody told in time */
    int64_t unread;         /* balances and audits that were not to be had */
    int64_t planned;        /* calls of the measured phases */
    int64_t late;           /* … that began late by the generator's own fault, or never */
};

enum verdict verdict_of(const struct verdict_facts *facts, const struct objective *objectives,
                        size_t count);

const char *verdict_name(enum verdict verdict);

#endif
