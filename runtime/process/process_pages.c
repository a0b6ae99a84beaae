#include "runtime/process/process_pages.h"

#include <dirent.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <protobuf-c/protobuf-c.h>
#include <sys/resource.h>
#include <uv.h>

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/http/http_client.h"
#include "runtime/http/http_server.h"
#include "runtime/process/pulse.h"

static struct metric start_time = {.name = "process_start_time_seconds",
                                   .help = "When the process started, in seconds since 1970.",
                                   .kind = METRIC_GAUGE,
                                   .in_us = true};
static struct metric memory = {.name = "process_resident_memory_bytes",
                               .help = "Memory that the process occupies.",
                               .kind = METRIC_GAUGE};
static struct metric cpu = {.name = "process_cpu_seconds_total",
                            .help = "Processor time, user and system.",
                            .kind = METRIC_COUNTER,
                            .in_us = true};
static struct metric open_fds = {
    .name = "process_open_fds", .help = "Descriptors that are open.", .kind = METRIC_GAUGE};
static struct metric max_fds = {
    .name = "process_max_fds", .help = "Descriptors that may be open.", .kind = METRIC_GAUGE};
static struct metric ready = {.name = "process_ready",
                              .help = "1 while a call would be served: what /health/ready says.",
                              .kind = METRIC_GAUGE};
static struct metric build = {.name = "kontor_build_info",
                              .help = "The version of the build.",
                              .kind = METRIC_GAUGE,
                              .labels = {"version"}};

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

bool process_is_ready(const struct process_facts *facts)
{
    return facts->serving && pulse_complaint() == NULL;
}

static int64_t microseconds(uv_timeval_t time)
{
    return time.tv_sec * INT64_C(1000000) + time.tv_usec;
}

/* The descriptor that reads the folder is one of them. */
static int64_t count_descriptors(void)
{
    int64_t count = -3;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return 0;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void measure_descriptors(void)
{
    struct rlimit limit;
    metric_set(&open_fds, NULL, count_descriptors());
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        metric_set(&max_fds, NULL, (int64_t)limit.rlim_cur);
}

static void measure(const struct process_facts *facts)
{
    size_t resident = 0;
    uv_rusage_t usage = {0};
    uv_resident_set_memory(&resident);
    uv_getrusage(&usage);
    metric_set(&memory, NULL, (int64_t)resident);
    metric_set(&start_time, NULL, facts->started_time_us);
    metric_add(&cpu, NULL,
               microseconds(usage.ru_utime) + microseconds(usage.ru_stime) -
                   metric_read(&cpu, NULL));
    metric_set(&ready, NULL, process_is_ready(facts));
    metric_set(&build, KONTOR_VERSION, 1);
    measure_descriptors();
}

static struct admin_answer answer_metrics(void *context, struct arena *arena)
{
    measure(context);
    return (struct admin_answer){200, "text/plain; version=0.0.4; charset=utf-8",
                                 metrics_text(arena)};
}

static struct admin_answer answer_live(void *context, struct arena *arena)
{
    (void)context;
    (void)arena;
    return (struct admin_answer){200, "text/plain; charset=utf-8", "live\n"};
}

static struct admin_answer answer_ready(void *context, struct arena *arena)
{
    (void)arena;
    const struct process_facts *facts = context;
    if (process_is_ready(facts))
        return (struct admin_answer){200, "text/plain; charset=utf-8", "ready\n"};
    return (struct admin_answer){503, "text/plain",
                                 facts->serving ? pulse_complaint() : "not serving\n"};
}

static struct admin_answer answer_build(void *context, struct arena *arena)
{
    const struct process_facts *facts = context;
    const char *body = arena_printf(
        arena,
        "{\"program\":\"%s\",\"version\":\"%s\",\"compiler\":\"%s\",\"libraries\":"
        "{\"grpc-core\":\"%s\",\"protobuf-c\":\"%s\",\"libpq\":\"%d.%d\",\"libuv\":\"%s\","
        "\"openssl\":\"%s\",\"libcurl\":\"%s\",\"libmicrohttpd\":\"%s\"}}\n",
        facts->name, KONTOR_VERSION, COMPILER, rpc_server_library(), protobuf_c_version(),
        database_library_version() / 10000, database_library_version() % 10000, uv_version_string(),
        OpenSSL_version(OPENSSL_VERSION_STRING), http_client_library(), http_server_library());
    return (struct admin_answer){200, "application/json; charset=utf-8", body};
}

static const char *show_or_none(const struct database *database, struct arena *arena)
{
    return database == NULL ? "no database\n" : database_show(database, arena);
}

static struct admin_answer answer_database(void *context, struct arena *arena)
{
    const struct process *process = ((const struct process_facts *)context)->process;
    const char *body = show_or_none(process->database, arena);
    if (body != NULL && process->second_database != NULL) {
        const char *second = database_show(process->second_database, arena);
        body = second == NULL ? NULL : arena_printf(arena, "%s\nsecond\n%s", body, second);
    }
    return (struct admin_answer){200, "text/plain; charset=utf-8", body};
}

const struct admin_page process_pages[] = {
    {"/metrics", answer_metrics}, {"/health/live", answer_live},  {"/health/ready", answer_ready},
    {"/build", answer_build},     {"/database", answer_database}, {NULL, NULL},
};
