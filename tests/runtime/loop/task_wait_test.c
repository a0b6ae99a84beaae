/* Tasks that wait: deadlines, sleep, signals and cancels. */
#include "tests/support/test_tasks.h"

/* ---- time ---- */

static void sleep_past_the_deadline(struct task *task, void *argument)
{
    (void)argument;
    assert_in_range(task_remaining_ms(task), 0, 20);
    assert_int_equal(task_sleep_ms(task, 10000), FAILURE_DEADLINE);
    assert_int_equal(task_state(task), FAILURE_DEADLINE);
    assert_int_equal(task_remaining_ms(task), 0);
    assert_int_equal(task_sleep_ms(task, 10000), FAILURE_DEADLINE);
}

static void a_deadline_ends_a_sleep(void **state)
{
    (void)state;
    struct task_options options = {.name = "test", .timeout_ms = 20};
    struct loop *loop = loop_of_test(1);
    int64_t started_us = clock_monotonic_us();
    spawn(loop, &options, sleep_past_the_deadline, NULL);
    run_to_the_end(loop);
    assert_in_range(clock_monotonic_us() - started_us, 20000, 5000000);
}

static void limit_twice(struct task *task, void *argument)
{
    (void)argument;
    assert_true(task_remaining_ms(task) == INT64_MAX);
    task_limit_ms(task, 5);
    task_limit_ms(task, 60000);
    assert_in_range(task_remaining_ms(task), 0, 5);
    assert_int_equal(task_sleep_ms(task, 60000), FAILURE_DEADLINE);
}

static void a_limit_shortens_and_never_lengthens(void **state)
{
    (void)state;
    struct loop *loop = loop_of_test(1);
    spawn(loop, NULL, limit_twice, NULL);
    run_to_the_end(loop);
}

static int64_t slept_order[4];
static size_t slept_count;

static void sleep_for(struct task *task, void *argument)
{
    int64_t duration_ms = *(int64_t *)argument;
    assert_int_equal(task_sleep_ms(task, duration_ms), FAILURE_NONE);
    slept_order[slept_count++] = duration_ms;
}

static void sleepers_wake_soonest_first(void **state)
{
    (void)state;
    int64_t durations[4] = {60, 1, 90, 30};
    struct loop *loop = loop_of_test(4);
    slept_count = 0;
    for (size_t index = 0; index < 4; index++)
        spawn(loop, NULL, sleep_for, &durations[index]);
    run_to_the_end(loop);
    assert_int_equal(slept_order[0], 1);
    assert_int_equal(slept_order[1], 30);
    assert_int_equal(slept_order[2], 60);
    assert_int_equal(slept_order[3], 90);
}

/* ---- events ---- */

struct waiting {
    struct event event;
    enum failure outcome;
    struct task *task;
    int woken;
};

static void wait_for_the_event(struct task *task, void *argument)
{
    struct waiting *waiting = argument;
    waiting->task = task;
    waiting->outcome = task_wait(task, &waiting->event);
    waiting->woken++;
}

static void signal_the_event(struct task *task, void *argument)
{
    (void)task;
    event_signal(&((struct waiting *)argument)->event);
}

static void a_signal_wakes_one_waiter(void **state)
{
    (void)state;
    struct waiting waiting = {.outcome = FAILURE_INTERNAL};
    struct task_options options = {.timeout_ms = 30};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, &options, wait_for_the_event, &waiting);
    spawn(loop, NULL, signal_the_event, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.woken, 2);
    assert_int_equal(waiting.outcome, FAILURE_DEADLINE);
    assert_null(waiting.event.first);
}

static void a_signal_without_a_waiter_is_kept_once(void **state)
{
    (void)state;
    struct waiting waiting = {.outcome = FAILURE_INTERNAL};
    struct loop *loop = loop_of_test(4);
    event_signal(&waiting.event);
    event_signal(&waiting.event);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.outcome, FAILURE_NONE);
    assert_false(waiting.event.signalled);
}

static void signal_all(struct task *task, void *argument)
{
    (void)task;
    event_signal_all(&((struct waiting *)argument)->event);
}

static void signal_all_wakes_everyone_and_keeps_nothing(void **state)
{
    (void)state;
    struct waiting waiting = {.outcome = FAILURE_INTERNAL};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, NULL, signal_all, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.woken, 2);
    assert_int_equal(waiting.outcome, FAILURE_NONE);
    assert_false(waiting.event.signalled);
}

static void cancel_the_waiter(struct task *task, void *argument)
{
    (void)task;
    task_cancel(((struct waiting *)argument)->task);
}

static void a_cancel_ends_a_wait(void **state)
{
    (void)state;
    struct waiting waiting = {0};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, NULL, cancel_the_waiter, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.outcome, FAILURE_CANCELLED);
    assert_null(waiting.event.first);
}

static void signal_and_cancel(struct task *task, void *argument)
{
    signal_the_event(task, argument);
    cancel_the_waiter(task, argument);
}

/* A task that was handed a slot must learn of it, or the slot is lost. */
static void a_signal_is_not_lost_to_a_cancel(void **state)
{
    (void)state;
    struct waiting waiting = {0};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, NULL, signal_and_cancel, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.outcome, FAILURE_NONE);
    assert_false(waiting.event.signalled);
}

static void cancel_and_signal(struct task *task, void *argument)
{
    cancel_the_waiter(task, argument);
    signal_the_event(task, argument);
}

static void a_signal_after_a_cancel_counts_too(void **state)
{
    (void)state;
    struct waiting waiting = {0};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_for_the_event, &waiting);
    spawn(loop, NULL, cancel_and_signal, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.outcome, FAILURE_NONE);
}

static void wait_to_the_end(struct task *task, void *argument)
{
    struct waiting *waiting = argument;
    waiting->task = task;
    task_wait_to_the_end(task, &waiting->event);
    waiting->woken++;
    assert_int_equal(task_state(task), FAILURE_CANCELLED);
}

static void cancel_then_signal_later(struct task *task, void *argument)
{
    struct waiting *waiting = argument;
    task_cancel(waiting->task);
    assert_int_equal(task_sleep_ms(task, 5), FAILURE_NONE);
    assert_int_equal(waiting->woken, 0);
    event_signal(&waiting->event);
}

static void a_wait_to_the_end_is_not_cut_short(void **state)
{
    (void)state;
    struct waiting waiting = {0};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_to_the_end, &waiting);
    spawn(loop, NULL, cancel_then_signal_later, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.woken, 1);
}

static void wait_to_the_end_for_a_while(struct task *task, void *argument)
{
    struct waiting *waiting = argument;
    waiting->task = task;
    assert_false(task_wait_to_the_end_ms(task, &waiting->event, 0));
    assert_true(task_wait_to_the_end_ms(task, &waiting->event, 60000));
    assert_int_equal(task_state(task), FAILURE_CANCELLED);
    event_signal(&waiting->event);
    assert_true(task_wait_to_the_end_ms(task, &waiting->event, 0));
    assert_false(task_wait_to_the_end_ms(task, &waiting->event, 1));
    waiting->woken++;
}

static void a_wait_to_the_end_may_have_an_end_in_time(void **state)
{
    (void)state;
    struct waiting waiting = {0};
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, wait_to_the_end_for_a_while, &waiting);
    spawn(loop, NULL, cancel_then_signal_later, &waiting);
    run_to_the_end(loop);
    assert_int_equal(waiting.woken, 1);
}

static void wait_a_while(struct task *task, void *argument)
{
    struct event *event = argument;
    assert_int_equal(task_wait_ms(task, event, 5), FAILURE_DEADLINE);
    assert_int_equal(task_state(task), FAILURE_NONE);
    event_signal(event);
    assert_int_equal(task_wait_ms(task, event, 5), FAILURE_NONE);
}

static void a_wait_may_have_a_time_of_its_own(void **state)
{
    (void)state;
    struct event event = EVENT_INIT;
    struct loop *loop = loop_of_test(1);
    spawn(loop, NULL, wait_a_while, &event);
    run_to_the_end(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_ends_a_sleep),
        cmocka_unit_test(a_limit_shortens_and_never_lengthens),
        cmocka_unit_test(sleepers_wake_soonest_first),
        cmocka_unit_test(a_signal_wakes_one_waiter),
        cmocka_unit_test(a_signal_without_a_waiter_is_kept_once),
        cmocka_unit_test(signal_all_wakes_everyone_and_keeps_nothing),
        cmocka_unit_test(a_cancel_ends_a_wait),
        cmocka_unit_test(a_signal_is_not_lost_to_a_cancel),
        cmocka_unit_test(a_signal_after_a_cancel_counts_too),
        cmocka_unit_test(a_wait_to_the_end_is_not_cut_short),
        cmocka_unit_test(a_wait_to_the_end_may_have_an_end_in_time),
        cmocka_unit_test(a_wait_may_have_a_time_of_its_own),
    };
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
