#include "bench/load/rules/schedule.h"

#include <assert.h>
#include <math.h>

static double seconds(const struct phase *phase)
{
    return (double)phase->duration_ns / (double)NS_PER_S;
}

int64_t phase_calls(const struct phase *phase)
{
    assert(phase->outstanding == 0 && phase->from_per_s >= 0 && phase->to_per_s >= 0);
    double calls = (phase->from_per_s + phase->to_per_s) / 2 * seconds(phase);
    return (int64_t)floor(calls + 1e-9);
}

/* from t + (to - from) t² / 2T calls have begun at t: solved for t, in the form that needs no
 * difference of nearly equal numbers. */
int64_t phase_due_ns(const struct phase *phase, double number)
{
    assert(number >= 0 && phase->duration_ns > 0);
    double from = phase->from_per_s;
    double slope = (phase->to_per_s - from) / seconds(phase);
    double root = from * from + 2 * slope * number;
    double divisor = from + sqrt(root > 0 ? root : 0);
    double due_s = number <= 0 || divisor <= 0 ? 0 : 2 * number / divisor;
    int64_t due_ns = (int64_t)(due_s * (double)NS_PER_S);
    return due_ns < phase->duration_ns ? due_ns : phase->duration_ns;
}

void schedule_saturated(struct schedule *schedule, double per_s)
{
    for (size_t i = 0; i < schedule->count; i++) {
        struct phase *phase = &schedule->phases[i];
        if (phase->saturation_times > 0)
            phase->from_per_s = phase->to_per_s = phase->saturation_times * per_s;
    }
}
