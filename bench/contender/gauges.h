/* The cost of a run: counters of every part that works for it, read when the window of measuring
 * opens and when it closes. */
#ifndef BENCH_CONTENDER_GAUGES_H
#define BENCH_CONTENDER_GAUGES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define GAUGES_PROCESSES_MAX 4

enum gauge {
    GAUGE_GATEWAY,
    GAUGE_IDENTITY,
    GAUGE_LEDGER,
    GAUGE_POSTGRES, /* the postmaster with all its processes */
    GAUGE_OWN,      /* this process: the load generator */
    GAUGES
};

struct gauges {
    PGconn *monitor; /* whose WAL and size are looked at; may be NULL */
    pid_t processes[GAUGES][GAUGES_PROCESSES_MAX]; /* several are replicas; 0: none */
    struct {
        int64_t ns[GAUGES];
        int64_t machine_ns, wal_bytes, database_bytes;
    } at[2];
};

/* Reads process ids with commas between them; false: that is none. */
bool gauges_watch(struct gauges *gauges, enum gauge gauge, const char *processes);

/* argument is struct gauges *: as struct load_plan wants it. */
void gauges_look(void *argument, bool opens);

/* Prints what each order cost, as members of a JSON object. */
void gauges_print(const struct gauges *gauges, int64_t window_ns, int64_t orders);

#endif
