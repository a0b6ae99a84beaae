#include "bench/load/gauges.h"

#include "runtime/base/metrics.h"
#include "runtime/process/admin.h"

static struct metric calls = {.name = "kontor_load_calls_total",
                              .help = "Calls that ended, by how.",
                              .kind = METRIC_COUNTER,
                              .labels = {"outcome"}};
static struct metric latency = {
    .name = "kontor_load_latency_seconds",
    .help = "From the moment a call was meant to begin to its end, by what it asked for.",
    .kind = METRIC_HISTOGRAM,
    .labels = {"call"}};
static struct metric under_way_now = {
    .name = "kontor_load_under_way", .help = "Calls under way.", .kind = METRIC_GAUGE};
static struct metric undecided_now = {
    .name = "kontor_load_undecided",
    .help = "Calls whose answer was lost and whose orders are asked for again.",
    .kind = METRIC_GAUGE};

void gauges_note(const struct ended *ended)
{
    static const char *const names[OUTCOMES] = {[OUTCOME_SUCCEEDED] = "succeeded",
                                                [OUTCOME_REFUSED] = "refused",
                                                [OUTCOME_LIMITED] = "limited",
                                                [OUTCOME_FAILED] = "failed"};
    metric_add(&calls, names[ended->outcome], 1);
    metric_observe_us(&latency, piece_name(ended->kind), ended->latency_ns / 1000);
}

void gauges_set(size_t under_way, size_t undecided)
{
    metric_set(&under_way_now, NULL, (int64_t)under_way);
    metric_set(&undecided_now, NULL, (int64_t)undecided);
}

static struct admin_answer metrics_page(void *context, struct arena *arena)
{
    (void)context;
    return (struct admin_answer){200, "text/plain; version=0.0.4", metrics_text(arena)};
}

static struct admin_answer live_page(void *context, struct arena *arena)
{
    (void)context;
    (void)arena;
    return (struct admin_answer){200, "text/plain", "live\n"};
}

struct admin *gauges_serve(struct loop *loop, const char *address)
{
    static const struct admin_page pages[] = {{"/metrics", metrics_page},
                                              {"/health/live", live_page},
                                              {"/health/ready", live_page},
                                              {NULL, NULL}};
    return address[0] == '\0' ? NULL : admin_new(loop, address, pages, NULL);
}
