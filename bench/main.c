/* kontor-bench: puts one contender under one kind of load and prints what came of it, as one line
 * of JSON. bench/run plays the matrix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/contender/baseline.h"
#include "bench/contender/gather.h"
#include "bench/contender/gauges.h"
#include "bench/contender/ledger.h"
#include "bench/measure/idle.h"
#include "runtime/base/settings.h"
#include "runtime/base/text.h"

#define NS_PER_MS INT64_C(1000000)
#define TARGETS_SIZE 512

static const struct setting rows[] = {
    {"contender", SETTING_TEXT, "single",
     "open, credit, single, usage, bulk, stream: the ledger; gather: the gateway, by the client "
     "library; "
     "procedure, locks, commit, floor: PostgreSQL alone",
     0, 0},
    {"target", SETTING_TEXT, "127.0.0.1:7403",
     "The ledger's or the gateway's address; commas between replicas", 0, 0},
    {"idle-connections", SETTING_INT64, "0", "Open and silent, to the first target, meanwhile", 0,
     IDLE_CONNECTIONS_MAX},
    {"database-url", SETTING_TEXT, "",
     "The database that the baseline uses, or whose WAL and size are looked at", 0, 0},
    {"queries-folder", SETTING_TEXT, "bench/queries", "Where the baselines' SQL is", 0, 0},
    {"traffic", SETTING_TEXT, "uniform", "uniform, skewed or hot", 0, 0},
    {"companies", SETTING_INT64, "4", "Companies", 1, 65535},
    {"accounts", SETTING_INT64, "500", "Accounts of each company", 2, 15000},
    {"outstanding", SETTING_INT64, "1", "Calls, streams or connections at once", 1, LOAD_LANES_MAX},
    {"size", SETTING_INT64, "256",
     "Orders in a bulk call, a message of a stream or a batch of the floor", 1, LEDGER_SIZE_MAX},
    {"rate", SETTING_INT64, "0", "Open loop: pieces of work begun per second; 0: closed loop", 0,
     1000000},
    {"pieces", SETTING_INT64, "0", "Stop after as many pieces of work; 0: only by time", 0,
     INT64_MAX},
    {"warm-up", SETTING_DURATION_MS, "500ms", "Before the measuring", 0, 600000},
    {"duration", SETTING_DURATION_MS, "2s", "Of the measuring", 1, 600000},
    {"answer-bytes", SETTING_INT64, "500", "Floor: bytes of a stored answer", 0, 4096},
    {"seed", SETTING_INT64, "1", "Of the choice of accounts", 0, INT64_MAX},
    {"roster", SETTING_TEXT, "",
     "A file of accounts with their sessions in place of companies and accounts", 0, 0},
    {"by-session", SETTING_BOOL, "false", "Through the gateway, with the roster's sessions", 0, 0},
    {"currency", SETTING_TEXT, "USD", "Of the accounts", 0, 0},
    {"gateway-pid", SETTING_TEXT, "", "Whose processor time is looked at; commas between several",
     0, 0},
    {"identity-pid", SETTING_TEXT, "", "The same of identity", 0, 0},
    {"ledger-pid", SETTING_TEXT, "", "The same of the ledger, and of its memory", 0, 0},
    {"postmaster-pid", SETTING_TEXT, "", "Whose processor time, with its backends', is looked at",
     0, 0},
};

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
           "\"settled\": %lld, \"refused\": %lld, \"unfinished\": %lld, ",
           seconds, (long long)result->pieces, (long long)result->orders,
           seconds > 0 ? (double)result->orders / seconds : 0, (long long)result->settled,
           (long long)result->refused, (long long)result->unfinished);
    printf("\"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, "
           "\"behind_us\": %.1f, ",
           (double)histogram_quantile(latency, 0.5) / 1e3,
           (double)histogram_quantile(latency, 0.99) / 1e3,
           (double)histogram_quantile(latency, 0.999) / 1e3, (double)latency->maximum / 1e3,
           (double)result->behind_ns / 1e3);
    gauges_print(gauges, result->window_ns, result->orders);
    printf("}\n");
}

static void fail(const char *why)
{
    fprintf(stderr, "kontor-bench: %s\n", why);
    exit(2);
}

static bool find_mode(const char *name, enum ledger_mode *mode)
{
    static const char *const names[] = {
        [LEDGER_OPEN] = "open",   [LEDGER_CREDIT] = "credit", [LEDGER_SINGLE] = "single",
        [LEDGER_USAGE] = "usage", [LEDGER_BULK] = "bulk",     [LEDGER_STREAM] = "stream"};
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
        .pieces_max = takes_turns ? (int64_t)(traffic->companies * traffic->accounts)
                                  : settings_int64(settings, "pieces"),
        .window = gauges_look,
        .argument = gauges,
    };
}

static void split_targets(const char *text, char buffer[TARGETS_SIZE],
                          struct ledger_settings *settings)
{
    char *rest = NULL;
    size_t count = 0;
    if (!text_print(buffer, TARGETS_SIZE, "%s", text))
        fail("the targets are too long");
    for (char *one = strtok_r(buffer, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest)) {
        if (count == LEDGER_REPLICAS_MAX)
            fail("too many targets");
        settings->targets[count++] = one;
    }
    if (count == 0)
        fail("no target");
}

static int run_ledger(const struct settings *settings, enum ledger_mode mode,
                      struct traffic *traffic, const struct load_plan *plan,
                      struct load_result *result)
{
    char targets[TARGETS_SIZE];
    struct ledger_settings ledger_settings = {.mode = mode,
                                              .lanes = plan->lanes,
                                              .size = (size_t)settings_int64(settings, "size"),
                                              .by_session = settings_bool(settings, "by-session"),
                                              .currency = settings_text(settings, "currency"),
                                              .traffic = traffic};
    size_t idle = (size_t)settings_int64(settings, "idle-connections");
    split_targets(settings_text(settings, "target"), targets, &ledger_settings);
    if (idle > 0)
        idle_connect(ledger_settings.targets[0], idle);
    struct ledger_contender *ledger = ledger_contender_open(&ledger_settings);
    struct contender contender = ledger_contender(ledger);
    load_run(&contender, plan, result);
    if (result->unfinished > 0)
        return 1; /* its memory is still in use */
    ledger_contender_close(ledger);
    return result->refused > 0;
}

static int run_gather(const struct settings *settings, struct traffic *traffic,
                      const struct load_plan *plan, struct load_result *result)
{
    struct gather_settings gather_settings = {.gateway = settings_text(settings, "target"),
                                              .currency = settings_text(settings, "currency"),
                                              .lanes = plan->lanes,
                                              .traffic = traffic};
    if (traffic->roster == NULL)
        fail("gather needs a --roster");
    struct gather *gather = gather_open(&gather_settings);
    struct contender contender = gather_contender(gather);
    load_run(&contender, plan, result);
    gather_close(gather);
    return result->refused > 0 || result->unfinished > 0;
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

static void begin_traffic(const struct settings *settings, struct traffic *traffic,
                          struct roster *roster)
{
    enum traffic_shape shape = TRAFFIC_UNIFORM;
    char mistake[ROSTER_MISTAKE_SIZE];
    const char *path = settings_text(settings, "roster");
    if (!traffic_shape_parse(settings_text(settings, "traffic"), &shape))
        fail("no such traffic; see --help");
    if (path[0] != '\0' && !roster_read(roster, path, mistake))
        fail(mistake);
    if (path[0] == '\0' && settings_bool(settings, "by-session"))
        fail("--by-session needs a --roster");
    bool listed = path[0] != '\0';
    traffic_init(traffic, shape,
                 listed ? roster->companies : (size_t)settings_int64(settings, "companies"),
                 listed ? roster->accounts : (size_t)settings_int64(settings, "accounts"),
                 (uint64_t)settings_int64(settings, "seed"));
    traffic->roster = listed ? roster : NULL;
}

static void begin_gauges(const struct settings *settings, struct gauges *gauges)
{
    const char *url = settings_text(settings, "database-url");
    if (!gauges_watch(gauges, GAUGE_GATEWAY, settings_text(settings, "gateway-pid")) ||
        !gauges_watch(gauges, GAUGE_IDENTITY, settings_text(settings, "identity-pid")) ||
        !gauges_watch(gauges, GAUGE_LEDGER, settings_text(settings, "ledger-pid")) ||
        !gauges_watch(gauges, GAUGE_POSTGRES, settings_text(settings, "postmaster-pid")))
        fail("process ids are numbers with commas between them");
    if (url[0] != '\0')
        gauges->monitor = baseline_connect(url, NULL);
}

static int measure(const struct settings *settings)
{
    static struct load_result result;
    struct traffic traffic;
    struct roster roster = {.rows = NULL};
    struct gauges gauges = {.monitor = NULL};
    enum ledger_mode mode;
    const struct baseline_kind *kind = find_baseline(settings_text(settings, "contender"));
    bool is_ledger = find_mode(settings_text(settings, "contender"), &mode);
    bool is_gather = strcmp(settings_text(settings, "contender"), "gather") == 0;
    if (kind == NULL && !is_ledger && !is_gather)
        fail("no such contender; see --help");
    begin_traffic(settings, &traffic, &roster);
    begin_gauges(settings, &gauges);
    struct load_plan plan = plan_of(settings, &traffic, &gauges);
    int exit_code = is_gather   ? run_gather(settings, &traffic, &plan, &result)
                    : is_ledger ? run_ledger(settings, mode, &traffic, &plan, &result)
                                : run_baseline(settings, kind, &traffic, &plan, &result);
    report(settings, &result, &gauges);
    PQfinish(gauges.monitor);
    traffic_deinit(&traffic);
    roster_free(&roster);
    return exit_code;
}

int main(int argc, char **argv)
{
    const struct setting_table tables[] = {{rows, sizeof rows / sizeof *rows, NULL},
                                           {NULL, 0, NULL}};
    int exit_code = 0;
    struct settings *settings = settings_read("kontor-bench", argc, argv, tables, &exit_code);
    if (settings == NULL)
        return exit_code;
    exit_code = measure(settings);
    settings_free(settings);
    return exit_code;
}
