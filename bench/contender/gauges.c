#include "bench/contender/gauges.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/contender/baseline.h"
#include "bench/measure/usage.h"

static const char *const names[GAUGES] = {[GAUGE_GATEWAY] = "gateway",
                                          [GAUGE_IDENTITY] = "identity",
                                          [GAUGE_LEDGER] = "ledger",
                                          [GAUGE_POSTGRES] = "postgres",
                                          [GAUGE_OWN] = "own"};

bool gauges_watch(struct gauges *gauges, enum gauge gauge, const char *processes)
{
    size_t count = 0;
    while (*processes != '\0') {
        char *end = NULL;
        long process = strtol(processes, &end, 10);
        if (end == processes || process < 0 || process > INT32_MAX || count == GAUGES_PROCESSES_MAX)
            return false;
        gauges->processes[gauge][count++] = (pid_t)process;
        processes = *end == ',' ? end + 1 : end;
    }
    return true;
}

static int64_t busy_ns(const struct gauges *gauges, enum gauge gauge)
{
    int64_t sum = 0;
    for (size_t i = 0; i < GAUGES_PROCESSES_MAX && gauges->processes[gauge][i] > 0; i++) {
        pid_t process = gauges->processes[gauge][i];
        sum += gauge == GAUGE_POSTGRES ? usage_family_ns(process) : usage_process_ns(process);
    }
    return sum;
}

void gauges_look(void *argument, bool opens)
{
    struct gauges *gauges = argument;
    int i = opens ? 0 : 1;
    gauges->processes[GAUGE_OWN][0] = getpid();
    if (gauges->monitor != NULL) {
        gauges->at[i].wal_bytes =
            baseline_ask(gauges->monitor, "SELECT (pg_current_wal_lsn() - '0/0')::bigint", 0);
        gauges->at[i].database_bytes =
            baseline_ask(gauges->monitor, "SELECT pg_database_size(current_database())", 0);
    }
    gauges->at[i].machine_ns = usage_machine_ns();
    for (int gauge = 0; gauge < GAUGES; gauge++)
        gauges->at[i].ns[gauge] = busy_ns(gauges, (enum gauge)gauge);
}

static double each(int64_t after, int64_t before, int64_t orders)
{
    return orders > 0 ? (double)(after - before) / (double)orders : 0;
}

/* How many processors everybody else kept busy meanwhile. */
static double others(const struct gauges *gauges, int64_t window_ns)
{
    int64_t rest_ns = gauges->at[1].machine_ns - gauges->at[0].machine_ns;
    for (int gauge = 0; gauge < GAUGES; gauge++)
        rest_ns -= gauges->at[1].ns[gauge] - gauges->at[0].ns[gauge];
    return window_ns > 0 && rest_ns > 0 ? (double)rest_ns / (double)window_ns : 0;
}

static int64_t memory_bytes_max(const struct gauges *gauges, enum gauge gauge)
{
    int64_t most = 0;
    for (size_t i = 0; i < GAUGES_PROCESSES_MAX && gauges->processes[gauge][i] > 0; i++) {
        int64_t bytes = usage_memory_bytes_max(gauges->processes[gauge][i]);
        most = bytes > most ? bytes : most;
    }
    return most;
}

void gauges_print(const struct gauges *gauges, int64_t window_ns, int64_t orders)
{
    for (int gauge = 0; gauge < GAUGES; gauge++)
        printf("\"%s_cpu_us\": %.2f, ", names[gauge],
               each(gauges->at[1].ns[gauge], gauges->at[0].ns[gauge], orders) / 1e3);
    printf("\"others_processors\": %.2f, ", others(gauges, window_ns));
    printf("\"wal_bytes\": %.1f, \"disk_bytes\": %.1f, ",
           each(gauges->at[1].wal_bytes, gauges->at[0].wal_bytes, orders),
           each(gauges->at[1].database_bytes, gauges->at[0].database_bytes, orders));
    printf("\"gateway_memory_bytes_max\": %lld, \"ledger_memory_bytes_max\": %lld",
           (long long)memory_bytes_max(gauges, GAUGE_GATEWAY),
           (long long)memory_bytes_max(gauges, GAUGE_LEDGER));
}
