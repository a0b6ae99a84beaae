/* The loop under another library's waiting: nothing that libuv would have woken for is missed, and
 * the other's descriptors and times count as well. */
#include "runtime/loop/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/base/clock.h"

#define STACK_SIZE ((size_t)64 * 1024)
#define TASKS_MAX 16

/* A library that waits for one pipe, in an epoll set of its own. */
struct library {
    struct loop_waiter waiter; /* first */
    struct loop *loop;
    int epoll;
    int reads;
    int writes;
    int timeout_ms;
    int waits;
    int bytes; /* read from the pipe */
    int waits_for_nothing;
    struct event came;
};

static void library_wait(struct loop_waiter *waiter)
{
    struct library *library = (struct library *)waiter;
    struct epoll_event events[4];
    char byte;
    int ready = loop_wait(library->loop, library->epoll, events, 4, library->timeout_ms);
    library->waits++;
    assert_true(ready == 0 || (ready == 1 && events[0].data.fd == library->reads));
    if (ready == 0 && !loop_has_work(library->loop))
        library->waits_for_nothing++;
    if (ready == 0 || read(library->reads, &byte, 1) != 1)
        return;
    library->bytes++;
    event_signal(&library->came);
}

static void library_open(struct library *library, int timeout_ms)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *library = (struct library){.waiter.wait = library_wait,
                                .loop = loop_new(STACK_SIZE, TASKS_MAX),
                                .timeout_ms = timeout_ms};
    library->reads = ends[0];
    library->writes = ends[1];
    library->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event readable = {.events = EPOLLIN, .data.fd = library->reads};
    assert_int_equal(epoll_ctl(library->epoll, EPOLL_CTL_ADD, library->reads, &readable), 0);
    loop_join(library->loop, library->epoll);
}

static void library_close(struct library *library)
{
    loop_part(library->loop, library->epoll);
    loop_free(library->loop);
    close(library->epoll);
    close(library->reads);
    close(library->writes);
}

static void run(struct library *library, void (*body)(struct task *task, void *argument))
{
    loop_wait_with(library->loop, &library->waiter);
    assert_int_equal(loop_spawn(library->loop, NULL, body, library), FAILURE_NONE);
    loop_run(library->loop);
    loop_wait_with(library->loop, NULL);
}

static void sleep_and_stop(struct task *task, void *argument)
{
    struct library *library = argument;
    for (int turn = 0; turn < 20; turn++) {
        int64_t before_us = clock_monotonic_us();
        assert_int_equal(task_sleep_ms(task, 2), FAILURE_NONE);
        assert_true(clock_monotonic_us() - before_us >= 2000);
    }
    loop_stop(library->loop);
}

static void sleeping_tasks_wake_in_time_and_a_stop_ends_the_waiting(void **state)
{
    (void)state;
    struct library library;
    library_open(&library, -1);
    run(&library, sleep_and_stop);
    assert_true(library.waits >= 20);
    assert_int_equal(library.waits_for_nothing, 0);
    library_close(&library);
}

static void await_bytes(struct task *task, void *argument)
{
    struct library *library = argument;
    for (int number = 1; number <= 50; number++) {
        assert_int_equal(write(library->writes, "!", 1), 1);
        assert_int_equal(task_wait(task, &library->came), FAILURE_NONE);
        assert_int_equal(library->bytes, number);
    }
    loop_stop(library->loop);
}

static void the_librarys_descriptor_wakes_it(void **state)
{
    (void)state;
    struct library library;
    library_open(&library, -1);
    run(&library, await_bytes);
    assert_int_equal(library.bytes, 50);
    library_close(&library);
}

static void outlast(struct task *task, void *argument)
{
    struct library *library = argument;
    while (library->waits_for_nothing < 5)
        assert_int_equal(task_sleep_ms(task, 100), FAILURE_NONE);
    loop_stop(library->loop);
}

static void the_librarys_time_counts_when_it_is_sooner(void **state)
{
    (void)state;
    struct library library;
    library_open(&library, 3);
    run(&library, outlast);
    assert_true(library.waits_for_nothing >= 5);
    library_close(&library);
}

/* ---- other threads ---- */

enum { POSTINGS = 500 };

struct letter {
    struct loop_posting posting;
    struct library *library;
};

static struct letter letters[POSTINGS];

static void letter_arrived(struct loop_posting *posting)
{
    struct library *library = ((struct letter *)posting)->library;
    if (++library->bytes == POSTINGS)
        loop_stop(library->loop);
}

static void *post_letters(void *argument)
{
    for (int number = 0; number < POSTINGS; number++) {
        letters[number] = (struct letter){.posting.function = letter_arrived, .library = argument};
        loop_post(letters[number].library->loop, &letters[number].posting);
        if (number % 10 == 0)
            usleep(200); /* so that the loop sleeps now and then */
    }
    return NULL;
}

static void no_task(struct task *task, void *argument)
{
    (void)task;
    (void)argument;
}

static void what_other_threads_hand_over_wakes_it(void **state)
{
    (void)state;
    struct library library;
    pthread_t thread;
    library_open(&library, -1);
    assert_int_equal(pthread_create(&thread, NULL, post_letters, &library), 0);
    run(&library, no_task);
    pthread_join(thread, NULL);
    assert_int_equal(library.bytes, POSTINGS);
    library_close(&library);
}

/* ---- coming and going ---- */

static void set_and_unset(struct task *task, void *argument)
{
    struct library *library = argument;
    for (int turn = 0; turn < 3; turn++) {
        loop_wait_with(library->loop, &library->waiter);
        assert_int_equal(task_sleep_ms(task, 2), FAILURE_NONE);
        int waits = library->waits;
        assert_true(waits > 0);
        loop_wait_with(library->loop, NULL);
        assert_int_equal(task_sleep_ms(task, 2), FAILURE_NONE);
        assert_in_range(library->waits, waits,
                        waits + 1); /* the turn under way may wait once more */
    }
    loop_stop(library->loop);
}

static void a_library_comes_and_goes_while_the_loop_runs(void **state)
{
    (void)state;
    struct library library;
    library_open(&library, -1);
    assert_int_equal(loop_spawn(library.loop, NULL, set_and_unset, &library), FAILURE_NONE);
    loop_run(library.loop);
    library_close(&library);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleeping_tasks_wake_in_time_and_a_stop_ends_the_waiting),
        cmocka_unit_test(the_librarys_descriptor_wakes_it),
        cmocka_unit_test(the_librarys_time_counts_when_it_is_sooner),
        cmocka_unit_test(what_other_threads_hand_over_wakes_it),
        cmocka_unit_test(a_library_comes_and_goes_while_the_loop_runs),
    };
    return cmocka_run_group_tests_name("waiter", tests, NULL, NULL);
}
