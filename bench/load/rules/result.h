/* The result of a run, as it grows while it runs, as it is told, and as those of several generators
 * are added up: counts and histograms add exactly. */
#ifndef BENCH_LOAD_RULES_RESULT_H
#define BENCH_LOAD_RULES_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "bench/load/rules/objective.h"
#include "bench/load/rules/piece.h"
#include "bench/load/rules/schedule.h"
#include "bench/load/rules/verdict.h"

#define RESULT_INTERVALS_MAX 240
#define RESULT_ANSWERS_MAX 32
#define RESULT_SENTENCES_MAX 10
#define RESULT_TEXT_SIZE 160

enum outcome {
    OUTCOME_SUCCEEDED,
    OUTCOME_REFUSED, /* by a rule, for good */
    OUTCOME_LIMITED, /* turned away: neither a success nor a mistake of the server */
    OUTCOME_FAILED,  /* not done, not known, or never begun */
    OUTCOMES
};

struct span {
    int64_t calls[OUTCOMES];
    struct histogram latency; /* of what succeeded or failed, from the moment meant to begin */
};

struct money {
    int64_t acknowledged, refused, undecided; /* orders; undecided ones at the end */
    int64_t repeated;                         /* that were not known at first */
    int64_t accounts, companies;              /* read back; audited */
    int64_t moved_micros;                     /* by orders that were acknowledged, both ways */
    int64_t mistakes;                         /* balances and findings */
    int64_t unread;                           /* that could not be read back or audited */
    size_t sentence_count;
    char sentences[RESULT_SENTENCES_MAX][RESULT_TEXT_SIZE];
};

struct answer_count {
    char text[64]; /* "OK", "RESOURCE_EXHAUSTED RATE_LIMITED" */
    int64_t count;
};

struct result {
    char scenario[32], gateway[64], began[32];
    int64_t generators;
    int64_t stopped;         /* generators that were asked to end early */
    double saturation_per_s; /* what the closed phase did; 0: there was none */
    struct span all, measured, kinds[PIECE_KINDS], phases[SCHEDULE_PHASES_MAX];
    char phase_names[SCHEDULE_PHASES_MAX][16];
    double phase_seconds[SCHEDULE_PHASES_MAX];
    size_t phase_count;
    double measured_seconds;
    int64_t interval_ns;
    size_t interval_count;
    struct span intervals[RESULT_INTERVALS_MAX];
    struct answer_count answers[RESULT_ANSWERS_MAX];
    size_t answer_count;
    int64_t planned, late, never_begun; /* of the measured phases */
    int64_t behind_max_ns;              /* of any call that found room */
    struct money money;
    struct objective objectives[OBJECTIVES_MAX];
    size_t objective_count;
    enum verdict verdict;
};

/* One call that ended. */
struct ended {
    enum piece_kind kind;
    enum outcome outcome;
    const char *answer;
    size_t phase;
    bool is_measured;
    int64_t due_ns;     /* since the run began */
    int64_t latency_ns; /* since it was due */
};

void result_note(struct result *result, const struct ended *ended);

/* Another answer is counted under "others" once RESULT_ANSWERS_MAX are known. */
void result_count_answer(struct result *result, const char *text, int64_t count);

/* A mistake of the money, for people. */
void result_add_sentence(struct result *result, const char *sentence);

/* Adds another generator's result: of the same scenario, so of the same phases; its intervals lie
 * over these. */
void result_add(struct result *result, const struct result *other);

/* Judges the objectives and gives the verdict. */
void result_judge(struct result *result);

/* The verdict in words: money that could not be read back is not said to be wrong. */
const char *result_verdict(const struct result *result);

#endif
