/* Calls are due when a hand with a watch would say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/load/rules/scenario.h"

#define MS INT64_C(1000000)

static void assert_near(int64_t wanted_ns, int64_t due_ns)
{
    assert_in_range(due_ns, wanted_ns - 1000, wanted_ns + 1000);
}

static void a_steady_rate_is_a_call_every_so_often(void **state)
{
    (void)state;
    const struct phase phase = {.from_per_s = 100, .to_per_s = 100, .duration_ns = 2 * NS_PER_S};
    assert_int_equal(phase_calls(&phase), 200);
    assert_int_equal(phase_due_ns(&phase, 0), 0);
    assert_near(10 * MS, phase_due_ns(&phase, 1));
    assert_near(1990 * MS, phase_due_ns(&phase, 199));
    assert_near(15 * MS, phase_due_ns(&phase, 1.5));
}

/* From 0 to 100 in 2 s: 25 t² calls at t, so the 25th at 1 s, the 49th at 1.4 s, 100 in all. */
static void a_growing_rate_is_a_triangle(void **state)
{
    (void)state;
    const struct phase phase = {.to_per_s = 100, .duration_ns = 2 * NS_PER_S};
    assert_int_equal(phase_calls(&phase), 100);
    assert_int_equal(phase_due_ns(&phase, 0), 0);
    assert_near(1000 * MS, phase_due_ns(&phase, 25));
    assert_near(1400 * MS, phase_due_ns(&phase, 49));
    assert_near(2000 * MS, phase_due_ns(&phase, 100));
}

static void a_falling_rate_is_its_mirror(void **state)
{
    (void)state;
    const struct phase up = {.from_per_s = 10, .to_per_s = 90, .duration_ns = NS_PER_S};
    const struct phase down = {.from_per_s = 90, .to_per_s = 10, .duration_ns = NS_PER_S};
    assert_int_equal(phase_calls(&down), 50);
    for (int number = 1; number < 50; number++)
        assert_near(NS_PER_S - phase_due_ns(&up, 50 - number), phase_due_ns(&down, number));
}

static void no_rate_is_no_call(void **state)
{
    (void)state;
    const struct phase phase = {.duration_ns = NS_PER_S};
    assert_int_equal(phase_calls(&phase), 0);
}

static struct schedule plan(const char *name, double saturation, size_t shards)
{
    const struct wish wish = {.rate_per_s = 120,
                              .saturation = saturation,
                              .duration_ns = NS_PER_S,
                              .warm_up_ns = NS_PER_S / 2,
                              .outstanding = 8,
                              .shards = shards};
    return scenario_plan(scenario_find(name), &wish);
}

static void shards_share_the_rate(void **state)
{
    (void)state;
    struct schedule schedule = plan("transfers-single", 0, 4);
    assert_int_equal(schedule.count, 2);
    assert_false(schedule.phases[0].is_measured);
    assert_true(schedule.phases[1].is_measured);
    assert_int_equal(phase_calls(&schedule.phases[1]), 30);
}

static void a_spike_is_three_times_the_saturation_and_goes_back(void **state)
{
    (void)state;
    struct schedule given = plan("spike", 200, 2), found = plan("spike", 0, 2);
    static const int64_t calls[] = {50, 300, 50, 50};
    assert_int_equal(given.count, 4);
    assert_int_equal(found.count, 5);
    assert_int_equal(found.phases[0].outstanding, 8);
    schedule_saturated(&found, 100);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(phase_calls(&given.phases[i]), calls[i]);
        assert_int_equal(phase_calls(&found.phases[i + 1]), calls[i]);
    }
    assert_false(given.phases[1].is_measured);
    assert_true(given.phases[3].is_measured);
}

static void every_scenario_draws_by_its_weights(void **state)
{
    (void)state;
    const struct scenario *scenario;
    for (size_t number = 0; (scenario = scenario_at(number)) != NULL; number++) {
        unsigned drawn[PIECE_KINDS] = {0};
        for (uint64_t i = 0; i < 10000; i++)
            drawn[scenario_draw(scenario, i * (UINT64_MAX / 10000))]++;
        for (size_t kind = 0; kind < PIECE_KINDS; kind++)
            assert_in_range(drawn[kind] + 1, scenario->weights[kind] * 100,
                            scenario->weights[kind] * 100 + 2);
    }
    assert_null(scenario_find("none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_rate_is_a_call_every_so_often),
        cmocka_unit_test(a_growing_rate_is_a_triangle),
        cmocka_unit_test(a_falling_rate_is_its_mirror),
        cmocka_unit_test(no_rate_is_no_call),
        cmocka_unit_test(shards_share_the_rate),
        cmocka_unit_test(a_spike_is_three_times_the_saturation_and_goes_back),
        cmocka_unit_test(every_scenario_draws_by_its_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
