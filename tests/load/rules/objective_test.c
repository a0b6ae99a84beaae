/* Objectives are met at their number and missed beyond, and the verdict follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/load/rules/verdict.h"

static struct histogram latency;

/* A call each of 1 to 100 ns, which the histogram keeps exactly. */
static void begin(void)
{
    latency = (struct histogram){.total = 0};
    for (int64_t ns = 1; ns <= 100; ns++)
        histogram_record(&latency, ns);
}

static bool is_met(const char *text, const struct measured *measured)
{
    struct objective objective;
    const char *rest = objective_read(text, &objective);
    assert_non_null(rest);
    assert_string_equal(rest, "");
    objective_judge(&objective, measured);
    return objective.is_met;
}

static void latencies_at_both_sides(void **state)
{
    (void)state;
    begin();
    const struct measured measured = {.latency = &latency, .succeeded = 100, .seconds = 1};
    assert_true(is_met("p50=0.050us", &measured));
    assert_false(is_met("p50=0.049us", &measured));
    assert_true(is_met("p99=0.000099ms", &measured));
    assert_false(is_met("p99=0.000098ms", &measured));
    assert_true(is_met("p99.9=0.0000001s", &measured));
    assert_false(is_met("max=0.099us", &measured));
    assert_true(is_met("max=0.1us", &measured));
}

/* 1,000 calls: 4 failed, 10 limited, 20 refused, 966 succeeded in 2 s. */
static void shares_and_rates_at_both_sides(void **state)
{
    (void)state;
    begin();
    const struct measured measured = {.latency = &latency,
                                      .succeeded = 966,
                                      .refused = 20,
                                      .limited = 10,
                                      .failed = 4,
                                      .seconds = 2};
    assert_true(is_met("errors=0.4%", &measured));
    assert_false(is_met("errors=0.399%", &measured));
    assert_true(is_met("limited=1%", &measured));
    assert_false(is_met("limited=0.99%", &measured));
    assert_true(is_met("refused=2%", &measured));
    assert_false(is_met("refused=1.99%", &measured));
    assert_true(is_met("rate=483/s", &measured));
    assert_false(is_met("rate=483.1", &measured));
}

static void nothing_measured_meets_nothing(void **state)
{
    (void)state;
    latency = (struct histogram){.total = 0};
    const struct measured measured = {.latency = &latency, .seconds = 1};
    const struct measured limited = {.latency = &latency, .limited = 5, .seconds = 1};
    assert_false(is_met("p99=1s", &measured));
    assert_false(is_met("errors=100%", &measured));
    assert_false(is_met("rate=0", &measured));
    assert_false(is_met("p99=1s", &limited));
}

static void what_is_no_objective(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "p99",
                                        "p99=",
                                        "p99=50",
                                        "p100=1ms",
                                        "p0=1ms",
                                        "q99=1ms",
                                        "errors=1",
                                        "errors=101%",
                                        "rate=-1/s",
                                        "p99=nan ms",
                                        "p99=1m",
                                        "=1ms",
                                        "max=infms",
                                        "p99x=1ms",
                                        "a-very-long-name=1ms"};
    struct objective objective;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(objective_read(texts[i], &objective));
    const char *rest = objective_read("p99=50ms,errors=1%", &objective);
    assert_string_equal(rest, "errors=1%");
    assert_true(objective.bound > 49999999 && objective.bound < 50000001);
}

static void the_verdict_puts_money_first(void **state)
{
    (void)state;
    const struct objective met = {.is_met = true}, missed = {.is_met = false};
    const struct objective both[] = {met, missed};
    struct verdict_facts facts = {.planned = 1000};
    assert_int_equal(verdict_of(&facts, both, 1), 0);
    assert_int_equal(verdict_of(&facts, both, 2), 1);
    facts.late = 10;
    assert_int_equal(verdict_of(&facts, both, 1), 0);
    facts.late = 11;
    assert_int_equal(verdict_of(&facts, both, 2), 3);
    facts.undecided = 1;
    assert_int_equal(verdict_of(&facts, both, 2), 2);
    facts = (struct verdict_facts){.money_mistakes = 1};
    assert_int_equal(verdict_of(&facts, NULL, 0), 2);
    facts = (struct verdict_facts){.unread = 1};
    assert_int_equal(verdict_of(&facts, NULL, 0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies_at_both_sides),
        cmocka_unit_test(shares_and_rates_at_both_sides),
        cmocka_unit_test(nothing_measured_meets_nothing),
        cmocka_unit_test(what_is_no_objective),
        cmocka_unit_test(the_verdict_puts_money_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
