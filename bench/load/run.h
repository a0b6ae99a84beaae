/* One run of one generator: everything that its tasks share. */
#ifndef BENCH_LOAD_RUN_H
#define BENCH_LOAD_RUN_H

#include <stdio.h>

#include "bench/load/rules/books.h"
#include "bench/load/rules/result.h"
#include "bench/load/rules/scenario.h"
#include "bench/load/door.h"
#include "bench/load/journal.h"

#define RUN_REVOCABLE_MAX 1024

/* Pieces whose orders were not decided when their answer was lost; they are kept until they are. */
struct undecided {
    struct piece *pieces;
    size_t count, room;
    struct event more, decided;
};

struct run {
    struct loop *loop;
    struct door *door;
    struct journal *journal;
    struct roster roster;
    struct traffic traffic;
    struct books books;
    struct result *result;
    FILE *page; /* NULL: none is wanted */
    const struct scenario *scenario;
    struct schedule schedule;
    const char *currency;
    size_t shard, shards;
    size_t size; /* of a bulk */
    int64_t timeout_ms, patience_ms;
    int64_t patience_ends_us; /* of the money's count, which every answer prolongs */
    size_t under_way, under_way_max;
    int64_t begun_ns;
    int64_t lateness_ns; /* to begin later is the generator's fault, unless there was no room */
    struct event wake;   /* of the pacer: time came, or a call ended */
    bool is_stopped;     /* somebody asked for an early end: nothing more begins */
    bool is_paced;       /* nothing is under way any more */
    struct undecided undecided;
    struct piece revocable[RUN_REVOCABLE_MAX]; /* transfers that were acknowledged */
    size_t revocable_count;
    struct top_ups *top_ups; /* NULL: none are made */
};

/* One call: begins in a task of its own, and is noted when it ended. phase is its number. */
void work_begin(struct run *run, int64_t due_ns, size_t phase);

/* A call that was never begun: whoever meant to make it has given up. */
void work_never_began(struct run *run, int64_t due_ns, size_t phase);

/* Begins the schedule's calls, each at its moment, and returns when the last one ended. */
void pacer_run(struct task *task, struct run *run);

/* ---- orders whose answer was lost ---- */

void undecided_add(struct run *run, const struct piece *piece);

/* Repeats them under their ids, in a task of its own, until is_paced and all are decided, or
 * patience ends. false: no task can be had. */
bool undecided_begin(struct run *run) must_check;
void undecided_await(struct task *task, struct run *run);

/* ---- money ---- */

/* Reads every balance; what cannot be read is a complaint and false. */
bool check_begin(struct task *task, struct run *run) must_check;

/* Reads every balance again and compares, then audits; mistakes go to the result. */
void check_end(struct task *task, struct run *run);

#endif
