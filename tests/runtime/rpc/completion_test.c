/* gRPC comes up with its first user and goes with its last, as often as wanted; and nothing of it
 * takes our signals or aborts us. */
#include "runtime/rpc/completion.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <grpc/grpc_security.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/test_loop.h"

void deadlock_detection(int mode) __asm__(
    "_ZN4absl7debian329SetMutexDeadlockDetectionModeENS0_15OnDeadlockCycleE") __attribute__((weak));

/* Its C++ name is Debian's; when it changes, the detector would abort processes again. */
static void abseils_deadlock_detector_can_be_turned_off(void **state)
{
    (void)state;
    assert_true(deadlock_detection != NULL);
}

static void acquire_and_release(struct task *task, void *argument)
{
    (void)argument;
    for (int turn = 0; turn < 3; turn++) {
        struct completion_queue *first = completion_queue_acquire(task_loop(task));
        struct completion_queue *second = completion_queue_acquire(task_loop(task));
        assert_ptr_equal(first, second);
        assert_int_equal(completion_queue_pending(first), 0);
        completion_queue_release(first);
        completion_queue_release(second);
    }
}

static void grpc_comes_and_goes_with_its_users(void **state)
{
    (void)state;
    test_in_task(acquire_and_release, NULL);
}

/* ---- events ---- */

struct arrival {
    struct completion completion;
    struct event event;
    bool success;
};

static void arrived(struct completion *completion, bool success)
{
    struct arrival *arrival = (struct arrival *)completion;
    arrival->success = success;
    event_signal(&arrival->event);
}

static void watch_a_channel(struct task *task, void *argument)
{
    (void)argument;
    struct completion_queue *queue = completion_queue_acquire(task_loop(task));
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create("unix:/tmp/kontor_nobody.sock", credentials, NULL);
    struct arrival arrival = {.completion.function = arrived, .success = true};
    completion_begin(queue, &arrival.completion);
    assert_int_equal(completion_queue_pending(queue), 1);
    grpc_channel_watch_connectivity_state(channel, GRPC_CHANNEL_IDLE, gpr_now(GPR_CLOCK_MONOTONIC),
                                          completion_queue_core(queue), &arrival);
    task_wait_to_the_end(task, &arrival.event);
    assert_false(arrival.success);
    assert_int_equal(completion_queue_pending(queue), 0);
    grpc_channel_destroy(channel);
    grpc_channel_credentials_release(credentials);
    completion_queue_release(queue);
}

static void an_event_runs_its_function_on_the_loop(void **state)
{
    (void)state;
    test_in_task(watch_a_channel, NULL);
}

/* These events come from a thread of gRPC while the loop sleeps, several at about the same time. */
static void await_in_sleep(struct task *task, void *argument)
{
    (void)argument;
    struct completion_queue *queue = completion_queue_acquire(task_loop(task));
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create("unix:/tmp/kontor_nobody.sock", credentials, NULL);
    for (int turn = 0; turn < 100; turn++) {
        struct arrival arrivals[8] = {0};
        gpr_timespec until =
            gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(2, GPR_TIMESPAN));
        for (int i = 0; i < 8; i++) {
            arrivals[i].completion.function = arrived;
            completion_begin(queue, &arrivals[i].completion);
            grpc_channel_watch_connectivity_state(channel, GRPC_CHANNEL_IDLE, until,
                                                  completion_queue_core(queue), &arrivals[i]);
        }
        for (int i = 0; i < 8; i++)
            task_wait_to_the_end(task, &arrivals[i].event);
    }
    assert_int_equal(completion_queue_pending(queue), 0);
    grpc_channel_destroy(channel);
    grpc_channel_credentials_release(credentials);
    completion_queue_release(queue);
}

static void an_event_of_another_thread_wakes_the_loop(void **state)
{
    (void)state;
    test_in_task(await_in_sleep, NULL);
}

enum { POSTERS = 4, POSTINGS = 16, ROUNDS = 1000 };

struct poster {
    pthread_t thread;
    grpc_call *call;
    struct arrival arrivals[POSTINGS];
};

/* A batch of no operations ends at once, on the thread that starts it. */
static void *post(void *argument)
{
    struct poster *poster = argument;
    for (int i = 0; i < POSTINGS; i++)
        assert_int_equal(grpc_call_start_batch(poster->call, NULL, 0, &poster->arrivals[i], NULL),
                         GRPC_CALL_OK);
    return NULL;
}

static void play_round(struct task *task, struct completion_queue *queue, struct poster *posters)
{
    for (int p = 0; p < POSTERS; p++) {
        for (int i = 0; i < POSTINGS; i++) {
            posters[p].arrivals[i] = (struct arrival){.completion.function = arrived};
            completion_begin(queue, &posters[p].arrivals[i].completion);
        }
    }
    for (int p = 0; p < POSTERS; p++)
        assert_int_equal(pthread_create(&posters[p].thread, NULL, post, &posters[p]), 0);
    for (int p = 0; p < POSTERS; p++) {
        for (int i = 0; i < POSTINGS; i++)
            task_wait_to_the_end(task, &posters[p].arrivals[i].event);
        pthread_join(posters[p].thread, NULL);
    }
}

/* gRPC's queue has moments in which an event is counted and cannot be taken; whoever sleeps then is
 * not woken. */
static void await_many_threads(struct task *task, void *argument)
{
    static struct poster posters[POSTERS];
    (void)argument;
    struct completion_queue *queue = completion_queue_acquire(task_loop(task));
    grpc_channel *channel = grpc_lame_client_channel_create(NULL, GRPC_STATUS_UNAVAILABLE, "");
    for (int p = 0; p < POSTERS; p++)
        posters[p].call = grpc_channel_create_call(channel, NULL, 0, completion_queue_core(queue),
                                                   grpc_slice_from_static_string("/nobody"), NULL,
                                                   gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    for (int round = 0; round < ROUNDS; round++)
        play_round(task, queue, posters);
    for (int p = 0; p < POSTERS; p++)
        grpc_call_unref(posters[p].call);
    grpc_channel_destroy(channel);
    completion_queue_release(queue);
}

static void events_of_many_threads_at_once_all_arrive(void **state)
{
    (void)state;
    test_in_task(await_many_threads, NULL);
}

/* ---- the two ways ---- */

static void look_at_the_way(struct task *task, void *argument)
{
    const bool *is_polled = argument;
    struct completion_queue *queue = completion_queue_acquire(task_loop(task));
    assert_int_equal(completion_queue_is_polled(queue), *is_polled);
    completion_queue_release(queue);
}

/* When gRPC no longer waits by calling epoll_wait, the cheaper way is gone, and this says so. */
static void one_thread_waits_for_both_unless_the_environment_says_otherwise(void **state)
{
    (void)state;
    bool is_polled = getenv("GRPC_POLL_STRATEGY") == NULL;
    test_in_task(look_at_the_way, &is_polled);
}

/* ---- signals ---- */

/* SigBlk of a thread, from proc(5). */
static uint64_t blocked_signals_of(const char *thread)
{
    char path[300], line[256];
    uint64_t blocked = 0;
    snprintf(path, sizeof path, "/proc/self/task/%s/status", thread);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "SigBlk:", 7) == 0)
            blocked = strtoull(line + 7, NULL, 16);
    if (file != NULL)
        fclose(file);
    return blocked;
}

static int count_threads_open_to(int signal_number)
{
    int count = 0;
    DIR *threads = opendir("/proc/self/task");
    assert_non_null(threads);
    for (struct dirent *entry; (entry = readdir(threads)) != NULL;)
        if (entry->d_name[0] != '.' &&
            (blocked_signals_of(entry->d_name) >> (signal_number - 1) & 1) == 0)
            count++;
    closedir(threads);
    return count;
}

static void look_at_the_threads(struct task *task, void *argument)
{
    int before = count_threads_open_to(SIGTERM);
    (void)argument;
    struct completion_queue *queue = completion_queue_acquire(task_loop(task));
    assert_int_equal(count_threads_open_to(SIGTERM), before);
    completion_queue_release(queue);
}

static void signals_are_left_to_the_loops_thread(void **state)
{
    (void)state;
    test_in_task(look_at_the_threads, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_left_to_the_loops_thread),
        cmocka_unit_test(abseils_deadlock_detector_can_be_turned_off),
        cmocka_unit_test(grpc_comes_and_goes_with_its_users),
        cmocka_unit_test(an_event_runs_its_function_on_the_loop),
        cmocka_unit_test(an_event_of_another_thread_wakes_the_loop),
        cmocka_unit_test(events_of_many_threads_at_once_all_arrive),
        cmocka_unit_test(one_thread_waits_for_both_unless_the_environment_says_otherwise),
    };
    return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
