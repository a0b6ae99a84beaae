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
        assert_int_equal(bucket_take(bucket, &writes, now_us), 0);
}

static void a_full_bucket_gives_its_burst_and_no_more(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    assert_true(bucket_take(&bucket, &writes, SECOND_US) > 0);
}

static void a_token_comes_back_at_the_rate(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    assert_true(bucket_take(&bucket, &writes, SECOND_US + 99999) > 0);
    assert_int_equal(bucket_take(&bucket, &writes, SECOND_US + 100000), 0);
    assert_true(bucket_take(&bucket, &writes, SECOND_US + 100000) > 0);
}

static void the_wait_it_names_is_enough(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    int64_t now_us = SECOND_US;
    empty(&bucket, now_us);
    for (int i = 0; i < 100; i++) {
        int64_t wait_ms = bucket_take(&bucket, &writes, now_us);
        assert_in_range(wait_ms, 1, 101);
        now_us += wait_ms * 1000;
        assert_int_equal(bucket_take(&bucket, &writes, now_us), 0);
    }
}

static void a_long_pause_fills_it_to_the_burst(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    empty(&bucket, SECOND_US);
    empty(&bucket, INT64_C(1000000000) * SECOND_US);
    assert_true(bucket_take(&bucket, &writes, INT64_C(1000000000) * SECOND_US) > 0);
}

static void a_rate_of_zero_is_no_limit(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    struct bucket_limit none = {0, 1};
    for (int i = 0; i < 1000; i++)
        assert_int_equal(bucket_take(&bucket, &none, SECOND_US), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_burst_and_no_more),
        cmocka_unit_test(a_token_comes_back_at_the_rate),
        cmocka_unit_test(the_wait_it_names_is_enough),
        cmocka_unit_test(a_long_pause_fills_it_to_the_burst),
        cmocka_unit_test(a_rate_of_zero_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
