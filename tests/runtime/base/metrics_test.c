/* Metrics: the exposition, byte for byte, and what is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/base/metrics.h"

static struct metric refused = {.name = "test_refused_total",
                                .help = "Transfers refused.",
                                .kind = METRIC_COUNTER,
                                .label = "reason"};
static struct metric running = {.name = "test_running", .help = "What runs.", .kind = METRIC_GAUGE};
static struct metric latency = {.name = "test_a_latency_seconds",
                                .help = "How long it took.",
                                .kind = METRIC_HISTOGRAM,
                                .label = "method"};

static void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void counters_and_gauges_are_read_back(void **state)
{
    (void)state;
    assert_int_equal(metric_read(&refused, "OVERDUE"), 0);
    metric_add(&refused, "OVERDUE", 2);
    metric_add(&refused, "NOT_VERIFIED", 1);
    metric_add(&refused, "OVERDUE", 1);
    assert_int_equal(metric_read(&refused, "OVERDUE"), 3);
    assert_int_equal(metric_read(&refused, "NOT_VERIFIED"), 1);
    metric_set(&running, NULL, 7);
    metric_add(&running, NULL, -2);
    assert_int_equal(metric_read(&running, NULL), 5);
}

static void the_exposition_is_prometheus_text(void **state)
{
    (void)state;
    metric_add(&refused, "a\"b\\c\nd", 1);
    metric_observe_us(&latency, "Get", 500);
    metric_observe_us(&latency, "Get", 501);
    metric_observe_us(&latency, "Get", 60000000);
    metric_observe_us(&latency, "Get", 60000001);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    const char *text = metrics_text(&arena);
    assert_non_null(text);
    assert_contains(
        text, "# HELP test_refused_total Transfers refused.\n# TYPE test_refused_total counter\n"
              "test_refused_total{reason=\"OVERDUE\"} 3\n");
    assert_contains(text, "test_refused_total{reason=\"a\\\"b\\\\c\\nd\"} 1\n");
    assert_contains(text, "# TYPE test_running gauge\ntest_running 5\n");
    assert_contains(text, "test_a_latency_seconds_bucket{method=\"Get\",le=\"0.0005\"} 1\n");
    assert_contains(text, "test_a_latency_seconds_bucket{method=\"Get\",le=\"0.001\"} 2\n");
    assert_contains(text, "test_a_latency_seconds_bucket{method=\"Get\",le=\"60\"} 3\n");
    assert_contains(text, "test_a_latency_seconds_bucket{method=\"Get\",le=\"+Inf\"} 4\n");
    assert_contains(text, "test_a_latency_seconds_sum{method=\"Get\"} "
                          "120.001002\ntest_a_latency_seconds_count{method=\"Get\"} 4\n");
    assert_true(strstr(text, "test_a_latency") < strstr(text, "test_refused"));
    arena_deinit(&arena);
}

static void a_small_arena_gives_nothing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    assert_null(metrics_text(&arena));
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_and_gauges_are_read_back),
        cmocka_unit_test(the_exposition_is_prometheus_text),
        cmocka_unit_test(a_small_arena_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
