#include "bench/load/rules/scenario.h"

#include <assert.h>
#include <string.h>

#define CALM_TIMES 0.5
#define SPIKE_TIMES 3

/* An agency's day: somebody looks far more often than money moves. */
#define AGENCY_DAY                                                                              \
    {                                                                                           \
        [PIECE_BALANCE] = 40, [PIECE_TRANSFERS] = 12, [PIECE_POSTINGS] = 8, [PIECE_BUDGET] = 6, \
        [PIECE_TOP_UPS] = 5, [PIECE_TRANSFER] = 20, [PIECE_BULK] = 2, [PIECE_REVOKE] = 7,       \
    }

static const struct scenario scenarios[] = {
    {"transfers-single", "transfers, a call each", {[PIECE_TRANSFER] = 100}, false},
    {"transfers-bulk", "transfers, --size in a call", {[PIECE_BULK] = 100}, false},
    {"agency-day", "reads, transfers, revokes, budgets, lists, and top-ups with --top-ups",
     AGENCY_DAY, false},
    {"soak", "the agency's day, for hours", AGENCY_DAY, false},
    {"spike",
     "single transfers: calm, three times what the server can do, calm again",
     {[PIECE_TRANSFER] = 100},
     true},
};

const struct scenario *scenario_at(size_t number)
{
    return number < sizeof scenarios / sizeof *scenarios ? &scenarios[number] : NULL;
}

const struct scenario *scenario_find(const char *name)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    return NULL;
}

static struct schedule plan_spike(const struct wish *wish, double per_s)
{
    int64_t ns = wish->duration_ns;
    struct schedule schedule = {
        .phases = {{.name = "saturation", .duration_ns = ns, .outstanding = wish->outstanding},
                   {.name = "calm",
                    .saturation_times = CALM_TIMES,
                    .duration_ns = ns,
                    .is_measured = true},
                   {.name = "spike", .saturation_times = SPIKE_TIMES, .duration_ns = ns},
                   {.name = "after", .saturation_times = CALM_TIMES, .duration_ns = ns},
                   {.name = "calm again",
                    .saturation_times = CALM_TIMES,
                    .duration_ns = ns,
                    .is_measured = true}},
        .count = 5};
    if (per_s <= 0)
        return schedule;
    memmove(schedule.phases, schedule.phases + 1, 4 * sizeof *schedule.phases);
    schedule.count = 4;
    schedule_saturated(&schedule, per_s);
    return schedule;
}

struct schedule scenario_plan(const struct scenario *scenario, const struct wish *wish)
{
    assert(wish->shards > 0);
    double shards = (double)wish->shards, per_s = wish->rate_per_s / shards;
    if (scenario->is_spike)
        return plan_spike(wish, wish->saturation / shards);
    struct schedule schedule = {.count = 0};
    if (wish->warm_up_ns > 0)
        schedule.phases[schedule.count++] = (struct phase){
            .name = "warm-up", .from_per_s = 0, .to_per_s = per_s, .duration_ns = wish->warm_up_ns};
    schedule.phases[schedule.count++] = (struct phase){.name = "steady",
                                                       .from_per_s = per_s,
                                                       .to_per_s = per_s,
                                                       .duration_ns = wish->duration_ns,
                                                       .is_measured = true};
    return schedule;
}

enum piece_kind scenario_draw(const struct scenario *scenario, uint64_t chance)
{
    unsigned sum = 0, seen = 0, kind = 0;
    for (size_t i = 0; i < PIECE_KINDS; i++)
        sum += scenario->weights[i];
    assert(sum == 100);
    unsigned drawn = (unsigned)(((unsigned __int128)chance * sum) >> 64);
    while (seen + scenario->weights[kind] <= drawn)
        seen += scenario->weights[kind++];
    return (enum piece_kind)kind;
}
