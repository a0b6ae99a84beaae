/* kontor-bench: puts one contender under one kind of load and prints what came of it, as one line
 * of JSON. bench/run plays the matrix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/contender/baseline.h"
#include "bench/contender/ledger.h"
#include "bench/load/usage.h"
#include "runtime/base/settings.h"

#define NS_PER_MS INT64_C(1000000)

static const struct setting rows[] = {
    {"contender", SETTING_TEXT, "single",
     "open, credit, single, bulk, stream: the ledger; procedure, locks, commit, floor: PostgreSQL "
     "alone",
     0, 0},
    {"target", SETTING_TEXT, "127.0.0.1:7403", "The ledger's address", 0, 0},
    {"database-url", SETTING_TEXT, "",
     "The database that the baseline uses, or whose WAL and size are looked at", 0, 0},
    {"queries-folder", SETTING_TEXT, "bench/queries", "Where the baselines' SQL is", 0, 0},
    {"traffic", SETTING_TEXT, "uniform", "uniform, skewed or hot", 0, 0},
    {"companies", SETTING_INT64, "4", "Companies", 1, 1000},
    {"accounts", SETTING_INT64, "500", "Accounts of each company", 2, 15000},
    {"outstanding", SETTING_INT64, "1", "Calls, streams or connections at once", 1, LOAD_LANES_MAX},
    {"size", SETTING_INT64, "256",
     "Orders in a bulk call, a message of a stream or a batch of the floor", 1, LEDGER_SIZE_MAX},
    {"rate", SETTING_INT64, "0", "Open loop: pieces of work begun per second; 0: closed loop", 0,
     1000000},
    {"warm-up", SETTING_DURATION_MS, "500ms", "Before the measuring", 0, 600000},
    {"duration", SETTING_DURATION_MS, "2s", "Of the measuring", 1, 600000},
    {"answer-bytes", SETTING_INT64, "500", "Floor: bytes of a stored answer", 0, 4096},
    {"seed", SETTING_INT64, "1", "Of the choice of accounts", 0, INT64_MAX},
    {"ledger-pid", SETTING_INT64, "0", "Whose processor time and memory is looked at; 0: nobody's",
     0, INT32_MAX},
    {"postmaster-pid", SETTING_INT64, "0",
     "Whose processor time, with its backends', is looked at; 0: nobody's", 0, INT32_MAX},
};

/* The counters that are read when the window opens and closes. */
struct gauges {
    PGconn *monitor;
    pid_t ledger, postmaster;
    struct {
        int64_t ledger_ns, postgres_ns, own_ns, machine_ns, wal_bytes, database_bytes;
    } at[2];
};

static void look(void *argument, bool opens)
{
    struct gauges *gauges = argument;
    int i = opens ? 0 : 1;
    if (gauges->monitor != NULL) {
        gauges->at[i].wal_bytes =
            baseline_ask(gauges->monitor, "SELECT (pg_current_wal_lsn() - '0/0')::bigint", 0);
        gauges->at[i].database_bytes =
            baseline_ask(gauges->monitor, "SELECT pg_database_size(current_database())", 0);
    }
    gauges->at[i].ledger_ns = gauges->ledger > 0 ? usage_process_ns(gauges->ledger) : 0;
    gauges->at[i].postgres_ns = gauges->postmaster > 0 ? usage_family_ns(gauges->postmaster) : 0;
    gauges->at[i].machine_ns = usage_machine_ns();
    gauges->at[i].own_ns = usage_process_ns(getpid());
}

static double each(int64_t after, int64_t before, int64_t orders)
{
    return orders > 0 ? (double)(after - before) / (double)orders : 0;
}

/* How many processors everybody else kept busy meanwhile. */
static double others(const struct gauges *gauges, int64_t window_ns)
{
    int64_t machine_ns = gauges->at[1].machine_ns - gauges->at[0].machine_ns;
    int64_t ours_ns = gauges->at[1].ledger_ns - gauges->at[0].ledger_ns +
                      gauges->at[1].postgres_ns - gauges->at[0].postgres_ns + gauges->at[1].own_ns -
                      gauges->at[0].own_ns;
    return window_ns > 0 && machine_ns > ours_ns
               ? (double)(machine_ns - ours_ns) / (double)window_ns
               : 0;
}

static void report(const struct settings *settings, const struct load_result *result,
                   const struct gauges *gauges)
{
    const struct histogram *latency = &result->latency;
    double seconds = (double)result->window_ns / 1e9;
    printf("{\"contender\": \"%s\", \"traffic\": \"%s\", \"outstanding\": %lld, \"size\": %lld, "
           "\"rate\": %lld, ",
           settings_text(settings, "contender"), settings_text(settings, "traffic"),
           (long long)settings_int64(settings, "outstanding"),
           (long long)settings_int64(settings, "size"),
           (long long)settings_int64(settings, "rate"));
    printf("\"seconds\": %.3f, \"pieces\": %lld, \"orders\": %lld, \"orders_per_s\": %.1f, "
           "\"refused\": %lld, \"unfinished\": %lld, ",
           seconds, (long long)result->pieces, (long long)result->orders,
           seconds > 0 ? (double)result->orders / seconds : 0, (long long)result->refused,
           (long long)result->unfinished);
    printf("\"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, "
           "\"behind_us\": %.1f, ",
           (double)histogram_quantile(latency, 0.5) / 1e3,
           (double)histogram_quantile(latency, 0.99) / 1e3,
           (double)histogram_quantile(latency, 0.999) / 1e3, (double)latency->maximum / 1e3,
           (double)result->behind_ns / 1e3);
    printf("\"ledger_cpu_us\": %.2f, \"postgres_cpu_us\": %.2f, \"own_cpu_us\": %.2f, ",
           each(gauges->at[1].ledger_ns, gauges->at[0].ledger_ns, result->orders) / 1e3,
           each(gauges->at[1].postgres_ns, gauges->at[0].postgres_ns, result->orders) / 1e3,
           each(gauges->at[1].own_ns, gauges->at[0].own_ns, result->orders) / 1e3);
    printf("\"others_processors\": %.2f, ", others(gauges, result->window_ns));
    printf("\"wal_bytes\": %.1f, \"disk_bytes\": %.1f, \"ledger_memory_bytes_max\": %lld}\n",
           each(gauges->at[1].wal_bytes, gauges->at[0].wal_bytes, result->orders),
           each(gauges->at[1].database_bytes, gauges->at[0].database_bytes, result->orders),
           (long long)(gauges->ledger > 0 ? usage_memory_bytes_max(gauges->ledger) : 0));
}

static bool find_mode(const char *name, enum ledger_mode *mode)
{
    static const char *const names[] = {[LEDGER_OPEN] = "open",
                                        [LEDGER_CREDIT] = "credit",
                                        [LEDGER_SINGLE] = "single",
                                        [LEDGER_BULK] = "bulk",
                                        [LEDGER_STREAM] = "stream"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *mode = (enum ledger_mode)i;
            return true;
        }
    }
    return false;
}

static const struct baseline_kind *find_baseline(const char *name)
{
    static const struct baseline_kind *const kinds[] = {&baseline_procedure, &baseline_locks,
                                                        &baseline_commit, &baseline_floor};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

static struct load_plan plan_of(const struct settings *settings, const struct traffic *traffic,
                                struct gauges *gauges)
{
    const char *contender = settings_text(settings, "contender");
    bool takes_turns = strcmp(contender, "open") == 0 || strcmp(contender, "credit") == 0;
    return (struct load_plan){
        .lanes = (size_t)settings_int64(settings, "outstanding"),
        .rate_per_s = (double)settings_int64(settings, "rate"),
        .warm_up_ns = takes_turns ? 0 : settings_int64(settings, "warm-up") * NS_PER_MS,
        .duration_ns = takes_turns ? INT64_C(600) * 1000 * NS_PER_MS
                                   : settings_int64(settings, "duration") * NS_PER_MS,
        .pieces_max = takes_turns ? (int64_t)(traffic->companies * traffic->accounts) : 0,
        .window = look,
        .argument = gauges,
    };
}

static int run_ledger(const struct settings *settings, enum ledger_mode mode,
                      struct traffic *traffic, const struct load_plan *plan,
                      struct load_result *result)
{
    struct ledger_settings ledger_settings = {.target = settings_text(settings, "target"),
                                              .mode = mode,
                                              .lanes = plan->lanes,
                                              .size = (size_t)settings_int64(settings, "size"),
                                              .traffic = traffic};
    struct ledger_contender *ledger = ledger_contender_open(&ledger_settings);
    struct contender contender = ledger_contender(ledger);
    load_run(&contender, plan, result);
    if (result->unfinished > 0)
        return 1; /* its memory is still in use */
    ledger_contender_close(ledger);
    return result->refused > 0;
}

static int run_baseline(const struct settings *settings, const struct baseline_kind *kind,
                        struct traffic *traffic, const struct load_plan *plan,
                        struct load_result *result)
{
    struct baseline_settings baseline_settings = {
        .database_url = settings_text(settings, "database-url"),
        .queries_folder = settings_text(settings, "queries-folder"),
        .connections = plan->lanes,
        .size = (size_t)settings_int64(settings, "size"),
        .answer_bytes = (size_t)settings_int64(settings, "answer-bytes"),
        .traffic = traffic};
    struct baseline *baseline = baseline_open(kind, &baseline_settings);
    struct contender contender = baseline_contender(baseline);
    load_run(&contender, plan, result);
    baseline_close(baseline);
    return result->refused > 0 || result->unfinished > 0;
}

static int measure(const struct settings *settings)
{
    static struct load_result result;
    struct traffic traffic;
    enum traffic_shape shape;
    enum ledger_mode mode;
    const struct baseline_kind *kind = find_baseline(settings_text(settings, "contender"));
    bool is_ledger = find_mode(settings_text(settings, "contender"), &mode);
    if ((kind == NULL && !is_ledger) ||
        !traffic_shape_parse(settings_text(settings, "traffic"), &shape)) {
        fprintf(stderr, "kontor-bench: no such contender or traffic; see --help\n");
        return 2;
    }
    struct gauges gauges = {.ledger = (pid_t)settings_int64(settings, "ledger-pid"),
                            .postmaster = (pid_t)settings_int64(settings, "postmaster-pid")};
    const char *url = settings_text(settings, "database-url");
    if (url[0] != '\0')
        gauges.monitor = baseline_connect(url, NULL);
    traffic_init(&traffic, shape, (size_t)settings_int64(settings, "companies"),
                 (size_t)settings_int64(settings, "accounts"),
                 (uint64_t)settings_int64(settings, "seed"));
    struct load_plan plan = plan_of(settings, &traffic, &gauges);
    int exit_code = is_ledger ? run_ledger(settings, mode, &traffic, &plan, &result)
                              : run_baseline(settings, kind, &traffic, &plan, &result);
    report(settings, &result, &gauges);
    PQfinish(gauges.monitor);
    traffic_deinit(&traffic);
    return exit_code;
}

int main(int argc, char **argv)
{
    const struct setting_table tables[] = {{rows, sizeof rows / sizeof *rows}, {NULL, 0}};
    int exit_code = 0;
    struct settings *settings = settings_read("kontor-bench", argc, argv, tables, &exit_code);
    if (settings == NULL)
        return exit_code;
    exit_code = measure(settings);
    settings_free(settings);
    return exit_code;
}
