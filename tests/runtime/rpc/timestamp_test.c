#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/rpc/timestamp.h"

#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static void microseconds_come_back_as_they_went(void **state)
{
    (void)state;
    static const int64_t times_us[] = {
        0, 1, 999999, 1000000, INT64_C(1795262400123456), LAST_SECOND * 1000000 + 999999};
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof times_us / sizeof times_us[0]; i++) {
        Google__Protobuf__Timestamp *timestamp = timestamp_from_us(&arena, times_us[i]);
        assert_non_null(timestamp);
        int64_t back_us = -1;
        assert_true(timestamp_to_us(timestamp, &back_us));
        assert_int_equal(back_us, times_us[i]);
    }
    arena_deinit(&arena);
}

static void before_1970_the_nanos_count_forward(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    Google__Protobuf__Timestamp *timestamp = timestamp_from_us(&arena, -1);
    assert_non_null(timestamp);
    assert_int_equal(timestamp->seconds, -1);
    assert_int_equal(timestamp->nanos, 999999000);
    arena_deinit(&arena);
}

static void each_bound_of_a_timestamp_is_held(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        int32_t nanos;
        bool accepted;
    } rows[] = {
        {0, 0, true},
        {-1, 0, false},
        {0, -1, false},
        {0, 999999999, true},
        {0, 1000000000, false},
        {LAST_SECOND, 999999999, true},
        {LAST_SECOND + 1, 0, false},
        {INT64_MAX, 0, false},
        {INT64_MIN, 0, false},
        {0, INT32_MIN, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Google__Protobuf__Timestamp timestamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
        timestamp.seconds = rows[i].seconds;
        timestamp.nanos = rows[i].nanos;
        int64_t time_us;
        assert_int_equal(timestamp_to_us(&timestamp, &time_us), rows[i].accepted);
    }
}

static void an_absent_timestamp_reads_as_zero(void **state)
{
    (void)state;
    int64_t time_us = 7;
    assert_true(timestamp_to_us(NULL, &time_us));
    assert_int_equal(time_us, 0);
}

static void a_full_arena_is_told_by_the_arena(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1);
    assert_non_null(timestamp_from_us(&arena, 0));
    assert_true(arena_exhausted(&arena)); /* nothing that it is put into is sent */
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(microseconds_come_back_as_they_went),
        cmocka_unit_test(before_1970_the_nanos_count_forward),
        cmocka_unit_test(each_bound_of_a_timestamp_is_held),
        cmocka_unit_test(an_absent_timestamp_reads_as_zero),
        cmocka_unit_test(a_full_arena_is_told_by_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
