/* The loop itself: what other threads hand over, and the jobs that come round. */
#include "runtime/loop/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/base/clock.h"

#define STACK_SIZE ((size_t)64 * 1024)
#define TASKS_MAX 16

/* ---- handing over ---- */

enum { POSTERS = 4, POSTINGS = 2000 };

struct letter {
    struct loop_posting posting;
    struct sender *sender;
    int number;
};

struct sender {
    struct loop *loop;
    pthread_t thread;
    struct letter letters[POSTINGS];
    int received;
    int *open_senders;
};

static void letter_arrived(struct loop_posting *posting)
{
    struct letter *letter = (struct letter *)posting;
    struct sender *sender = letter->sender;
    assert_int_equal(letter->number, sender->received);
    assert_null(task_current());
    if (++sender->received == POSTINGS && --*sender->open_senders == 0)
        loop_stop(sender->loop);
}

static void *send_letters(void *argument)
{
    struct sender *sender = argument;
    for (int number = 0; number < POSTINGS; number++) {
        sender->letters[number] =
            (struct letter){.posting.function = letter_arrived, .sender = sender, .number = number};
        loop_post(sender->loop, &sender->letters[number].posting);
    }
    return NULL;
}

static void every_posting_arrives_in_its_threads_order(void **state)
{
    (void)state;
    struct loop *loop = loop_new(STACK_SIZE, TASKS_MAX);
    struct sender *senders = calloc(POSTERS, sizeof *senders);
    int open_senders = POSTERS;
    assert_non_null(senders);
    for (int index = 0; index < POSTERS; index++) {
        senders[index].loop = loop;
        senders[index].open_senders = &open_senders;
        assert_int_equal(
            pthread_create(&senders[index].thread, NULL, send_letters, &senders[index]), 0);
    }
    loop_run(loop);
    for (int index = 0; index < POSTERS; index++) {
        pthread_join(senders[index].thread, NULL);
        assert_int_equal(senders[index].received, POSTINGS);
    }
    loop_free(loop);
    free(senders);
}

/* ---- jobs ---- */

struct heart {
    struct loop *loop;
    struct loop_job *job;
    int beats;
    int beats_until_stop;
    int running;
    enum failure outcome;
    struct event event;
};

static enum failure beat(struct task *task, void *argument)
{
    struct heart *heart = argument;
    assert_int_equal(++heart->running, 1);
    assert_int_equal(task_sleep_ms(task, 3), FAILURE_NONE);
    heart->running--;
    if (++heart->beats == heart->beats_until_stop)
        loop_stop(heart->loop);
    return heart->outcome;
}

static void run_heart(struct heart *heart, int64_t interval_ms)
{
    heart->loop = loop_new(STACK_SIZE, TASKS_MAX);
    heart->job = loop_every(heart->loop, "heartbeat", interval_ms, beat, heart);
    loop_run(heart->loop);
    loop_free(heart->loop);
}

static void a_job_comes_round_and_never_twice_at_once(void **state)
{
    (void)state;
    struct heart heart = {.beats_until_stop = 5};
    int64_t started_us = clock_monotonic_us();
    run_heart(&heart, 10);
    assert_int_equal(heart.beats, 5);
    assert_in_range(clock_monotonic_us() - started_us, 5 * (9 + 3) * 1000 - 5000, 10000000);
}

static void a_job_that_fails_comes_round_again(void **state)
{
    (void)state;
    struct heart heart = {.beats_until_stop = 3, .outcome = FAILURE_UNAVAILABLE};
    run_heart(&heart, 2);
    assert_int_equal(heart.beats, 3);
}

static void wake_thrice(struct task *task, void *argument)
{
    struct heart *heart = argument;
    loop_job_wake(heart->job);
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    loop_job_wake(heart->job);
    loop_job_wake(heart->job);
}

/* The second and third wake fall into the first run: one more run follows, not two. */
static void a_wake_runs_the_job_at_once_and_again_if_it_is_running(void **state)
{
    (void)state;
    struct heart heart = {.beats_until_stop = 2};
    int64_t started_us = clock_monotonic_us();
    heart.loop = loop_new(STACK_SIZE, TASKS_MAX);
    heart.job = loop_every(heart.loop, "heartbeat", 3600000, beat, &heart);
    assert_int_equal(loop_spawn(heart.loop, NULL, wake_thrice, &heart), FAILURE_NONE);
    loop_run(heart.loop);
    loop_free(heart.loop);
    assert_int_equal(heart.beats, 2);
    assert_in_range(clock_monotonic_us() - started_us, 0, 10000000);
}

static enum failure wait_for_ever(struct task *task, void *argument)
{
    struct heart *heart = argument;
    heart->running = 1;
    heart->outcome = task_wait(task, &heart->event);
    heart->running = 0;
    return heart->outcome;
}

static void stop_when_it_runs(struct task *task, void *argument)
{
    struct heart *heart = argument;
    while (heart->running == 0)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    loop_stop(heart->loop);
}

static void a_stop_cancels_the_running_job(void **state)
{
    (void)state;
    struct heart heart = {0};
    heart.loop = loop_new(STACK_SIZE, TASKS_MAX);
    heart.job = loop_every(heart.loop, "waiting", 1, wait_for_ever, &heart);
    assert_int_equal(loop_spawn(heart.loop, NULL, stop_when_it_runs, &heart), FAILURE_NONE);
    loop_run(heart.loop);
    loop_free(heart.loop);
    assert_int_equal(heart.outcome, FAILURE_CANCELLED);
    assert_int_equal(heart.running, 0);
}

static void a_loop_that_never_ran_goes_too(void **state)
{
    (void)state;
    struct heart heart = {0};
    struct loop *loop = loop_new(STACK_SIZE, TASKS_MAX);
    loop_every(loop, "heartbeat", 1000, beat, &heart);
    loop_free(loop);
    assert_int_equal(heart.beats, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_posting_arrives_in_its_threads_order),
        cmocka_unit_test(a_job_comes_round_and_never_twice_at_once),
        cmocka_unit_test(a_job_that_fails_comes_round_again),
        cmocka_unit_test(a_wake_runs_the_job_at_once_and_again_if_it_is_running),
        cmocka_unit_test(a_stop_cancels_the_running_job),
        cmocka_unit_test(a_loop_that_never_ran_goes_too),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
