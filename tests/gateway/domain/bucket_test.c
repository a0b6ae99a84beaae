#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/bucket.h"

#define SECOND_US INT64_C(1000000)
static const struct bucket_limit writes = {10, 20};

static void empty(struct bucket *bucket, int64_t now_us)
{
    for (int i = 0; i < 20; i++)
        assert_int_equal(bucket_take(bucket, &writes, 1, now_us), 0);
}

static void a_full_bucket_gives_its_burst_and_no_more(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    assert_true(bucket_take(&bucket, &writes, 1, SECOND_US) > 0);
}

static void a_token_comes_back_at_the_rate(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    assert_true(bucket_take(&bucket, &writes, 1, SECOND_US + 99999) > 0);
    assert_int_equal(bucket_take(&bucket, &writes, 1, SECOND_US + 100000), 0);
    assert_true(bucket_take(&bucket, &writes, 1, SECOND_US + 100000) > 0);
}

static void the_wait_it_names_is_enough(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    int64_t now_us = SECOND_US;
    empty(&bucket, now_us);
    for (int i = 0; i < 100; i++) {
        int64_t wait_ms = bucket_take(&bucket, &writes, 1, now_us);
        assert_in_range(wait_ms, 1, 101);
        now_us += wait_ms * 1000;
        assert_int_equal(bucket_take(&bucket, &writes, 1, now_us), 0);
    }
}

static void a_long_pause_fills_it_to_the_burst(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    empty(&bucket, INT64_C(1000000000) * SECOND_US);
    assert_true(bucket_take(&bucket, &writes, 1, INT64_C(1000000000) * SECOND_US) > 0);
}

static void a_rate_of_zero_is_no_limit(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    struct bucket_limit none = {0, 1};
    for (int i = 0; i < 1000; i++)
        assert_int_equal(bucket_take(&bucket, &none, 1, SECOND_US), 0);
}

static void many_at_once_are_taken_together_or_not_at_all(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    assert_int_equal(bucket_take(&bucket, &writes, 15, SECOND_US), 0);
    assert_int_equal(bucket_take(&bucket, &writes, 6, SECOND_US),
                     101); /* one is missing: a tenth of a second */
    assert_int_equal(bucket_take(&bucket, &writes, 5, SECOND_US), 0);
    assert_int_equal(bucket_take(&bucket, &writes, 20, SECOND_US + 1999999) > 0, 1);
    assert_int_equal(bucket_take(&bucket, &writes, 20, SECOND_US + 2000000), 0);
}

static void what_it_owes_is_how_long_it_takes_to_be_full(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    assert_int_equal(bucket_owes_us(&bucket, &writes, SECOND_US), 0);
    empty(&bucket, SECOND_US);
    assert_int_equal(bucket_owes_us(&bucket, &writes, SECOND_US), 2 * SECOND_US);
    assert_int_equal(bucket_owes_us(&bucket, &writes, 3 * SECOND_US - 1), 1);
    assert_int_equal(bucket_owes_us(&bucket, &writes, 3 * SECOND_US), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_burst_and_no_more),
        cmocka_unit_test(a_token_comes_back_at_the_rate),
        cmocka_unit_test(the_wait_it_names_is_enough),
        cmocka_unit_test(a_long_pause_fills_it_to_the_burst),
        cmocka_unit_test(a_rate_of_zero_is_no_limit),
        cmocka_unit_test(many_at_once_are_taken_together_or_not_at_all),
        cmocka_unit_test(what_it_owes_is_how_long_it_takes_to_be_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
