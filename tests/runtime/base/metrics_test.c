/* Metrics: the exposition, byte for byte, and what is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runtime/base/metrics.h"

static struct metric refused = {.name = "test_refused_total",
                                .help = "Transfers refused.",
                                .kind = METRIC_COUNTER,
                                .labels = {"reason"}};
static struct metric running = {.name = "test_running", .help = "What runs.", .kind = METRIC_GAUGE};
static struct metric latency = {.name = "test_a_latency_seconds",
                                .help = "How long it took.",
                                .kind = METRIC_HISTOGRAM,
                                .labels = {"method"}};

static const char *const outcomes[] = {"right", "wrong", NULL};
static struct metric guesses = {.name = "test_guesses_total",
                                .help = "Guesses.",
                                .kind = METRIC_COUNTER,
                                .labels = {"outcome"},
                                .values = outcomes};
METRIC_FROM_THE_START(guesses);
static struct metric lost = {.name = "test_lost_total", .help = "Lost.", .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(lost);
static struct metric age = {
    .name = "test_age_seconds", .help = "How old.", .kind = METRIC_GAUGE, .in_us = true};
static struct metric moves = {
    .name = "test_moves_total", .help = "Moves.", .kind = METRIC_COUNTER, .labels = {"from", "to"}};
static struct metric stages = {.name = "test_stage_seconds",
                               .help = "Stages.",
                               .kind = METRIC_HISTOGRAM,
                               .labels = {"from", "to"}};

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

static const char *exposed(struct arena *arena)
{
    arena_init(arena, 1 << 20);
    const char *text = metrics_text(arena);
    assert_non_null(text);
    return text;
}

static void what_was_declared_is_at_zero_from_the_start(void **state)
{
    (void)state;
    struct arena arena;
    const char *text = exposed(&arena);
    assert_contains(text, "test_guesses_total{outcome=\"right\"} 0\n"
                          "test_guesses_total{outcome=\"wrong\"} 0\n");
    assert_contains(text, "# TYPE test_lost_total counter\ntest_lost_total 0\n");
    arena_deinit(&arena);
    metric_add(&guesses, "wrong", 1);
    text = exposed(&arena);
    assert_contains(text, "test_guesses_total{outcome=\"right\"} 0\n"
                          "test_guesses_total{outcome=\"wrong\"} 1\n");
    arena_deinit(&arena);
}

static void several_labels_make_one_series_a_combination(void **state)
{
    (void)state;
    struct metric_series *there =
        metric_series_of(&moves, (const char *[METRIC_LABELS_MAX]){"a", "b\n"});
    assert_ptr_equal(metric_series_of(&moves, (const char *[METRIC_LABELS_MAX]){"a", "b\n"}),
                     there);
    assert_ptr_not_equal(metric_series_of(&moves, (const char *[METRIC_LABELS_MAX]){"b\n", "a"}),
                         there);
    metric_series_add(there, 2);
    struct metric_series *stage =
        metric_series_of(&stages, (const char *[METRIC_LABELS_MAX]){"a", "b"});
    struct arena arena;
    const char *text = exposed(&arena);
    assert_contains(text, "test_moves_total{from=\"a\",to=\"b\\n\"} 2\n"
                          "test_moves_total{from=\"b\\n\",to=\"a\"} 0\n");
    assert_contains(text, "# TYPE test_stage_seconds histogram\n"
                          "test_stage_seconds_sum{from=\"a\",to=\"b\"} 0\n"
                          "test_stage_seconds_count{from=\"a\",to=\"b\"} 0\n");
    arena_deinit(&arena);
    metric_series_observe_us(stage, 600);
    text = exposed(&arena);
    assert_contains(text, "test_stage_seconds_bucket{from=\"a\",to=\"b\",le=\"0.0005\"} 0\n"
                          "test_stage_seconds_bucket{from=\"a\",to=\"b\",le=\"0.001\"} 1\n");
    arena_deinit(&arena);
}

static void microseconds_are_shown_as_seconds(void **state)
{
    (void)state;
    struct arena arena;
    const struct {
        int64_t us;
        const char *shown;
    } cases[] = {{0, "test_age_seconds 0\n"},
                 {1, "test_age_seconds 0.000001\n"},
                 {-1500000, "test_age_seconds -1.5\n"},
                 {120000000, "test_age_seconds 120\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        metric_set(&age, NULL, cases[i].us);
        assert_contains(exposed(&arena), cases[i].shown);
        arena_deinit(&arena);
    }
}

static void a_small_arena_gives_nothing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    assert_null(metrics_text(&arena));
    arena_deinit(&arena);
}

/* A service has more statements and rpcs than fit a byte. */
static void one_label_has_as_many_values_as_several(void **state)
{
    enum { MOST = 4096, SIZE = 16 };
    (void)state;
    static struct metric many = {.name = "test_z_many_total",
                                 .help = "Many.",
                                 .kind = METRIC_COUNTER,
                                 .labels = {"statement"}};
    static char names[MOST][SIZE];
    for (int i = 0; i < MOST; i++) {
        (void)snprintf(names[i], SIZE, "s%d", i);
        metric_add(&many, names[i], i);
    }
    assert_int_equal(metric_read(&many, "s0"), 0);
    assert_int_equal(metric_read(&many, "s4095"), MOST - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_and_gauges_are_read_back),
        cmocka_unit_test(the_exposition_is_prometheus_text),
        cmocka_unit_test(what_was_declared_is_at_zero_from_the_start),
        cmocka_unit_test(several_labels_make_one_series_a_combination),
        cmocka_unit_test(microseconds_are_shown_as_seconds),
        cmocka_unit_test(a_small_arena_gives_nothing),
        cmocka_unit_test(one_label_has_as_many_values_as_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
