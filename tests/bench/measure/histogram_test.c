/* The histogram keeps its word: every value is found again within its bucket's width, and quantiles
 * never exceed the maximum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/measure/histogram.h"

static void nothing_recorded_is_zero(void **state)
{
    (void)state;
    static struct histogram histogram;
    assert_int_equal(histogram_quantile(&histogram, 0), 0);
    assert_int_equal(histogram_quantile(&histogram, 1), 0);
}

static void each_value_is_kept_within_a_64th(void **state)
{
    (void)state;
    for (int64_t value = 1; value < HISTOGRAM_VALUE_MAX; value += value / 7 + 1) {
        static struct histogram histogram;
        histogram = (struct histogram){0};
        histogram_record(&histogram, value);
        histogram_record(&histogram,
                         HISTOGRAM_VALUE_MAX); /* so that the maximum does not mend the answer */
        int64_t found = histogram_quantile(&histogram, 0.5);
        assert_true(found >= value);
        assert_true(found - value <= value / 64);
    }
}

static void small_values_are_exact(void **state)
{
    (void)state;
    for (int64_t value = 0; value < 128; value++) {
        static struct histogram histogram;
        histogram = (struct histogram){0};
        histogram_record(&histogram, value);
        histogram_record(&histogram, 1000);
        assert_int_equal(histogram_quantile(&histogram, 0.5), value);
    }
}

static void quantiles_of_one_to_a_thousand(void **state)
{
    (void)state;
    static struct histogram histogram;
    for (int64_t value = 1000; value >= 1; value--)
        histogram_record(&histogram, value * 1000);
    static const struct {
        double share;
        int64_t exact;
    } cases[] = {{0.001, 1000}, {0.5, 500000}, {0.99, 990000}, {0.999, 999000}, {1, 1000000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t found = histogram_quantile(&histogram, cases[i].share);
        assert_in_range(found, cases[i].exact, cases[i].exact + cases[i].exact / 64);
    }
    assert_int_equal(histogram_quantile(&histogram, 1), 1000000);
    assert_int_equal(histogram.total, 1000);
}

static void what_is_out_of_range_is_kept_at_its_edge(void **state)
{
    (void)state;
    static struct histogram histogram;
    histogram_record(&histogram, -1);
    histogram_record(&histogram, INT64_MAX);
    assert_int_equal(histogram_quantile(&histogram, 0), 0);
    assert_int_equal(histogram_quantile(&histogram, 1), HISTOGRAM_VALUE_MAX);
}

static void two_histograms_add_up_to_one(void **state)
{
    (void)state;
    static struct histogram even, odd, all;
    for (int64_t value = 1; value < 3000000; value += value / 3 + 1) {
        histogram_record(value % 2 == 0 ? &even : &odd, value);
        histogram_record(&all, value);
    }
    histogram_add(&even, &odd);
    assert_memory_equal(&even, &all, sizeof all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_recorded_is_zero),
        cmocka_unit_test(each_value_is_kept_within_a_64th),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(quantiles_of_one_to_a_thousand),
        cmocka_unit_test(two_histograms_add_up_to_one),
        cmocka_unit_test(what_is_out_of_range_is_kept_at_its_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
