/* The loop tells the truth about a contender that stalls: in an open loop, what had to wait for the
 * stall is as late as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "bench/measure/load.h"

#define MS INT64_C(1000000)

/* Ends what was begun at the next wait, but the stall-th piece only after 60 ms, with the one
 * thread standing still meanwhile. */
struct slow {
    size_t lanes[LOAD_LANES_MAX];
    size_t count;
    int64_t begun;
    int64_t stall;
};

static void begin(void *state, size_t lane)
{
    struct slow *slow = state;
    slow->lanes[slow->count++] = lane;
    slow->begun++;
}

static void stand_still(int64_t ns)
{
    const struct timespec pause = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    nanosleep(&pause, NULL);
}

static void end_all(void *state, struct load *load, int64_t timeout_ns)
{
    struct slow *slow = state;
    if (slow->count == 0)
        stand_still(timeout_ns);
    if (slow->stall > 0 && slow->begun >= slow->stall) {
        stand_still(60 * MS);
        slow->stall = 0;
    }
    while (slow->count > 0)
        load_ended(load, slow->lanes[--slow->count], 1, 0);
}

static struct load_result result;

static void run(const struct load_plan *plan, int64_t stall)
{
    static struct slow slow;
    slow = (struct slow){.stall = stall};
    const struct contender contender = {begin, end_all, &slow};
    load_run(&contender, plan, &result);
}

static void an_open_loop_counts_from_the_intended_start(void **state)
{
    (void)state;
    run(&(struct load_plan){.lanes = 1, .rate_per_s = 500, .duration_ns = 200 * MS}, 50);
    /* 60 ms at 500 per second: some thirty pieces were late, by 0 to 60 ms, so a tenth of a hundred
     * was late by 20 ms at least. */
    assert_true(histogram_quantile(&result.latency, 0.9) >= 20 * MS);
    assert_true(result.latency.maximum >= 59 * MS);
    assert_in_range(result.latency.total, 90, 100);
    assert_int_equal(result.unfinished, 0);
}

static void a_closed_loop_counts_from_the_start(void **state)
{
    (void)state;
    run(&(struct load_plan){.lanes = 4, .duration_ns = 100 * MS}, 50);
    assert_true(histogram_quantile(&result.latency, 0.9) < 20 * MS);
    assert_true(result.latency.maximum >= 59 * MS);
    assert_true(result.pieces > 50);
}

static void it_stops_after_as_many(void **state)
{
    (void)state;
    run(&(struct load_plan){.lanes = 7, .duration_ns = 10000 * MS, .pieces_max = 100}, 0);
    assert_int_equal(result.pieces, 100);
    assert_int_equal(result.settled, result.orders);
    assert_int_equal(result.orders, 100);
    assert_true(result.window_ns < 5000 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_loop_counts_from_the_intended_start),
        cmocka_unit_test(a_closed_loop_counts_from_the_start),
        cmocka_unit_test(it_stops_after_as_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
