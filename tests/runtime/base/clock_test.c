/* The clock: turned by this process, turned by a file that another process writes, written as RFC
 * 3339. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/clock.h"

#define HOUR_US INT64_C(3600000000)
#define TOLERANCE_US INT64_C(60000000)

static void assert_about(int64_t us, int64_t expected_us)
{
    assert_in_range(us - expected_us + TOLERANCE_US, 0, 2 * TOLERANCE_US);
}

static void this_process_turns_its_clock(void **state)
{
    (void)state;
    int64_t start_us = clock_now_us();
    clock_turn(-24 * HOUR_US);
    assert_about(clock_now_us(), start_us - 24 * HOUR_US);
    clock_turn(0);
    assert_about(clock_now_us(), start_us);
}

static void measuring_is_never_turned(void **state)
{
    (void)state;
    int64_t start_us = clock_monotonic_us();
    clock_turn(24 * HOUR_US);
    assert_in_range(clock_monotonic_us() - start_us, 0, TOLERANCE_US);
    clock_turn(0);
}

static void write_offset(const char *path, int64_t offset_us)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)offset_us >> 8 * i);
    FILE *file = fopen(path, "r+");
    fwrite(bytes, sizeof bytes, 1, file);
    fclose(file);
}

static void write_offset_from_another_process(const char *path, int64_t offset_us)
{
    pid_t child = fork();
    if (child == 0) {
        write_offset(path, offset_us);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void another_process_turns_the_clock_through_the_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/kontor-clock-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof path, "%s/clock", folder);
    int64_t start_us = clock_now_us();
    assert_int_equal(clock_follow_file(path), FAILURE_NONE);
    assert_about(clock_now_us(), start_us);
    write_offset_from_another_process(path, 48 * HOUR_US);
    assert_about(clock_now_us(), start_us + 48 * HOUR_US);
    write_offset_from_another_process(path, -1 * HOUR_US);
    assert_about(clock_now_us(), start_us - 1 * HOUR_US);
    write_offset_from_another_process(path, 0);
    unlink(path);
    rmdir(folder);
}

static void a_file_that_cannot_be_is_a_failure(void **state)
{
    (void)state;
    assert_int_equal(clock_follow_file("/nowhere/at/all"), FAILURE_UNAVAILABLE);
}

static void times_are_written_with_microseconds(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];
    assert_string_equal(clock_format(0, text), "1970-01-01T00:00:00.000000Z");
    assert_string_equal(clock_format(1795262400000001, text), "2026-11-21T12:00:00.000001Z");
    assert_string_equal(clock_format(-1, text), "1969-12-31T23:59:59.999999Z");
    assert_string_equal(clock_format(951782400000000, text), "2000-02-29T00:00:00.000000Z");
    assert_non_null(clock_format(INT64_MIN, text));
    assert_non_null(clock_format(INT64_MAX, text));
}

static void a_clock_that_differs_is_not_right(void **state)
{
    (void)state;
    assert_true(clock_is_right()); /* nothing to judge it by */
    assert_int_equal(clock_difference_us(), 0);
    clock_compare_turned(true);
    clock_compare(clock_monotonic_us(), clock_now_us());
    for (int64_t direction = -1; direction <= 1; direction += 2) {
        clock_turn(direction * (CLOCK_DIFFERENCE_US_MAX - 1000000));
        assert_true(clock_is_right());
        clock_turn(direction * (CLOCK_DIFFERENCE_US_MAX + 1000000));
        assert_false(clock_is_right());
        clock_compare_turned(false);
        assert_true(clock_is_right());
        clock_compare_turned(true);
    }
    clock_turn(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_process_turns_its_clock),
        cmocka_unit_test(measuring_is_never_turned),
        cmocka_unit_test(another_process_turns_the_clock_through_the_file),
        cmocka_unit_test(a_file_that_cannot_be_is_a_failure),
        cmocka_unit_test(times_are_written_with_microseconds),
        cmocka_unit_test(a_clock_that_differs_is_not_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
