#include "bench/measure/load.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)
#define PATIENCE_NS (30 * NS_PER_S) /* for what is under way when the window closes */
#define WAIT_NS_MAX (NS_PER_S / 10)

struct load {
    const struct contender *contender;
    const struct load_plan *plan;
    struct load_result *result;
    int64_t begun_ns;
    int64_t opens_ns;
    int64_t closes_ns;
    int64_t begun_pieces;
    int64_t meant_ns[LOAD_LANES_MAX]; /* when the piece on this lane was meant to begin */
    size_t free[LOAD_LANES_MAX];
    size_t free_count;
};

int64_t load_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t next_meant_ns(const struct load *load, int64_t now_ns)
{
    if (load->plan->rate_per_s <= 0)
        return now_ns;
    return load->begun_ns +
           (int64_t)((double)load->begun_pieces * (double)NS_PER_S / load->plan->rate_per_s);
}

static bool has_more(const struct load *load)
{
    return load->plan->pieces_max == 0 || load->begun_pieces < load->plan->pieces_max;
}

static void begin_due(struct load *load, int64_t now_ns)
{
    while (load->free_count > 0 && has_more(load)) {
        int64_t meant_ns = next_meant_ns(load, now_ns);
        if (meant_ns > now_ns)
            return;
        if (now_ns - meant_ns > load->result->behind_ns)
            load->result->behind_ns = now_ns - meant_ns;
        size_t lane = load->free[--load->free_count];
        load->meant_ns[lane] = meant_ns;
        load->begun_pieces++;
        load->contender->begin(load->contender->state, lane);
    }
}

void load_ended(struct load *load, size_t lane, int64_t orders, int64_t refused)
{
    assert(lane < load->plan->lanes && load->free_count < load->plan->lanes);
    struct load_result *result = load->result;
    int64_t now_ns = load_now_ns(), meant_ns = load->meant_ns[lane];
    load->free[load->free_count++] = lane;
    result->refused += refused;
    result->settled += orders;
    if (meant_ns >= load->opens_ns && meant_ns < load->closes_ns)
        histogram_record(&result->latency, now_ns - meant_ns);
    if (now_ns >= load->opens_ns && now_ns < load->closes_ns) {
        result->pieces++;
        result->orders += orders;
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void run_until(struct load *load, int64_t end_ns)
{
    for (int64_t now_ns = load_now_ns(); now_ns < end_ns; now_ns = load_now_ns()) {
        begin_due(load, now_ns);
        bool done = load->free_count == load->plan->lanes && !has_more(load);
        if (done)
            return;
        int64_t wake_ns = least(end_ns, now_ns + WAIT_NS_MAX);
        if (load->free_count > 0 && has_more(load))
            wake_ns = least(wake_ns, next_meant_ns(load, now_ns));
        load->contender->wait(load->contender->state, load,
                              wake_ns > now_ns ? wake_ns - now_ns : 0);
    }
}

/* Work that was meant to begin within the window begins, however late, and counts; only then is the
 * tail whole. */
static bool has_backlog(const struct load *load)
{
    return load->plan->rate_per_s > 0 && has_more(load) && next_meant_ns(load, 0) < load->closes_ns;
}

static void await_the_rest(struct load *load)
{
    int64_t end_ns = load_now_ns() + PATIENCE_NS;
    while ((load->free_count < load->plan->lanes || has_backlog(load)) && load_now_ns() < end_ns) {
        if (load->plan->rate_per_s > 0)
            begin_due(load, load->closes_ns - 1);
        load->contender->wait(load->contender->state, load, WAIT_NS_MAX);
    }
    load->result->unfinished = (int64_t)(load->plan->lanes - load->free_count) + has_backlog(load);
}

static void tell_window(const struct load_plan *plan, bool opens)
{
    if (plan->window != NULL)
        plan->window(plan->argument, opens);
}

void load_run(const struct contender *contender, const struct load_plan *plan,
              struct load_result *result)
{
    static struct load load; /* one at a time */
    assert(plan->lanes >= 1 && plan->lanes <= LOAD_LANES_MAX);
    memset(result, 0, sizeof *result);
    int64_t now_ns = load_now_ns();
    load =
        (struct load){.contender = contender, .plan = plan, .result = result, .begun_ns = now_ns};
    load.opens_ns = load.closes_ns = INT64_MAX;
    for (; load.free_count < plan->lanes; load.free_count++)
        load.free[load.free_count] = plan->lanes - 1 - load.free_count;
    run_until(&load, now_ns + plan->warm_up_ns);
    tell_window(plan, true);
    load.opens_ns = load_now_ns();
    load.closes_ns = load.opens_ns + plan->duration_ns;
    run_until(&load, load.closes_ns);
    result->window_ns = least(load_now_ns(), load.closes_ns) - load.opens_ns;
    tell_window(plan, false);
    await_the_rest(&load);
}
