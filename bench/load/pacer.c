/* The open loop: calls begin at their moments, whether or not earlier ones ended. One that finds no
 * room waits for it; its latency counts from the moment it was meant to begin, so a server that
 * stalls cannot hide it. After the time that a call has, its customer has gone: it is never begun
 * and counts as failed. */
#include <assert.h>

#include "bench/measure/load.h"
#include "bench/load/alarm.h"
#include "bench/load/run.h"

#define LEAD_NS (NS_PER_S / 10)

struct pacer {
    struct run *run;
    struct alarm *alarm;
    int64_t full_until_ns; /* when there was no room last */
};

static bool has_room(struct pacer *pacer, int64_t now_ns)
{
    bool has = pacer->run->under_way < pacer->run->under_way_max;
    if (!has)
        pacer->full_until_ns = now_ns;
    return has;
}

static void await(struct task *task, struct pacer *pacer, int64_t until_ns)
{
    alarm_set(pacer->alarm, until_ns - load_now_ns());
    task_wait_to_the_end(task, &pacer->run->wake);
}

/* Awaits the moment, then room; false when the customer has gone before there was any. */
static bool await_turn(struct task *task, struct pacer *pacer, int64_t due_ns)
{
    int64_t gone_ns = due_ns + pacer->run->timeout_ms * (NS_PER_S / 1000), now_ns;
    while ((now_ns = load_now_ns()) < due_ns && !pacer->run->is_stopped)
        await(task, pacer, due_ns);
    while (!has_room(pacer, now_ns) && now_ns < gone_ns && !pacer->run->is_stopped) {
        await(task, pacer, gone_ns);
        now_ns = load_now_ns();
    }
    return now_ns < gone_ns;
}

static void note_lateness(const struct pacer *pacer, size_t phase, int64_t due_ns)
{
    struct result *result = pacer->run->result;
    int64_t behind_ns = load_now_ns() - due_ns;
    if (behind_ns > result->behind_max_ns)
        result->behind_max_ns = behind_ns;
    if (pacer->run->schedule.phases[phase].is_measured)
        result->late += behind_ns > pacer->run->lateness_ns && pacer->full_until_ns < due_ns;
}

static void note_phase(struct pacer *pacer, const struct phase *phase, int64_t calls,
                       int64_t begins_ns)
{
    struct result *result = pacer->run->result;
    int64_t lasted_ns = load_now_ns() - begins_ns;
    if (!pacer->run->is_stopped || lasted_ns > phase->duration_ns)
        lasted_ns = phase->duration_ns;
    if (!phase->is_measured)
        return;
    result->planned += calls;
    result->measured_seconds += (double)lasted_ns / (double)NS_PER_S;
}

static void run_open(struct task *task, struct pacer *pacer, size_t number, int64_t begins_ns)
{
    struct run *run = pacer->run;
    const struct phase *phase = &run->schedule.phases[number];
    double part = (double)run->shard / (double)run->shards; /* between the calls of other shards */
    int64_t calls = phase_calls(phase), i = 0;
    for (; i < calls; i++) {
        int64_t due_ns = begins_ns + phase_due_ns(phase, (double)i + part);
        bool has_turn = await_turn(task, pacer, due_ns);
        if (run->is_stopped)
            break;
        if (!has_turn) {
            work_never_began(run, due_ns, number);
            continue;
        }
        note_lateness(pacer, number, due_ns);
        work_begin(run, due_ns, number);
    }
    note_phase(pacer, phase, i, begins_ns);
}

/* As many under way as wanted: their rate is what the server can do. */
static void run_closed(struct task *task, struct pacer *pacer, size_t number, int64_t ends_ns)
{
    struct run *run = pacer->run;
    const struct phase *phase = &run->schedule.phases[number];
    for (int64_t now_ns; (now_ns = load_now_ns()) < ends_ns && !run->is_stopped;) {
        while (run->under_way < phase->outstanding && run->under_way < run->under_way_max)
            work_begin(run, now_ns, number);
        await(task, pacer, ends_ns);
    }
    int64_t done = run->result->phases[number].calls[OUTCOME_SUCCEEDED];
    double per_s = (double)done / ((double)phase->duration_ns / (double)NS_PER_S);
    run->result->saturation_per_s = per_s;
    schedule_saturated(&run->schedule, per_s);
}

static void await_the_rest(struct task *task, struct pacer *pacer)
{
    while (pacer->run->under_way > 0)
        await(task, pacer, load_now_ns() + NS_PER_S);
}

void pacer_run(struct task *task, struct run *run)
{
    struct pacer pacer = {.run = run, .alarm = alarm_new(run->loop, &run->wake)};
    int64_t begins_ns = load_now_ns() + LEAD_NS;
    run->begun_ns = begins_ns;
    while (load_now_ns() < begins_ns)
        await(task, &pacer, begins_ns);
    for (size_t i = 0; i < run->schedule.count && !run->is_stopped; i++) {
        int64_t ends_ns = begins_ns + run->schedule.phases[i].duration_ns;
        if (run->schedule.phases[i].outstanding > 0)
            run_closed(task, &pacer, i, ends_ns);
        else
            run_open(task, &pacer, i, begins_ns);
        begins_ns = ends_ns;
    }
    await_the_rest(task, &pacer);
    run->is_paced = true;
    alarm_free(pacer.alarm);
}
