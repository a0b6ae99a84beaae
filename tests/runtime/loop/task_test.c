/* Tasks: they interleave, wait, end by deadline or cancel, and leave nothing behind. */
#include <stdio.h>

#include "tests/support/test_tasks.h"

/* ---- order ---- */

struct diary {
    char text[64];
    struct event event;
};

struct author {
    struct diary *diary;
    char letter;
};

static void diary_add(struct diary *diary, char letter)
{
    diary->text[strlen(diary->text)] = letter;
}

static void write_thrice(struct task *task, void *argument)
{
    const struct author *author = argument;
    for (int turn = 0; turn < 3; turn++) {
        diary_add(author->diary, author->letter);
        assert_int_equal(task_sleep_ms(task, 2), FAILURE_NONE);
    }
}

static void tasks_interleave_at_their_awaits(void **state)
{
    (void)state;
    struct diary diary = {0};
    struct author a = {&diary, 'a'}, b = {&diary, 'b'};
    struct loop *loop = loop_of_test(8);
    spawn(loop, NULL, write_thrice, &a);
    spawn(loop, NULL, write_thrice, &b);
    assert_string_equal(diary.text, "");
    assert_int_equal(loop_task_count(loop), 2);
    run_to_the_end(loop);
    assert_int_equal(strlen(diary.text), 6);
    assert_memory_equal(diary.text, "ab", 2);
}

static void say_who_is_current(struct task *task, void *argument)
{
    (void)argument;
    assert_ptr_equal(task_current(), task);
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    assert_ptr_equal(task_current(), task);
}

static void current_is_the_running_task_and_nothing_outside(void **state)
{
    (void)state;
    struct loop *loop = loop_of_test(8);
    spawn(loop, NULL, say_who_is_current, NULL);
    spawn(loop, NULL, say_who_is_current, NULL);
    assert_null(task_current());
    run_to_the_end(loop);
    assert_null(task_current());
}

static uint64_t fill_stack(unsigned depth)
{
    volatile char page[1024];
    memset((void *)(uintptr_t)page, (int)depth, sizeof page);
    uint64_t below = depth == 0 ? 0 : fill_stack(depth - 1);
    return below + (uint64_t)page[depth % sizeof page];
}

static void use_the_stack_across_awaits(struct task *task, void *argument)
{
    double kept = 1.5;
    (void)argument;
    for (unsigned turn = 0; turn < 10; turn++) {
        fill_stack(20);
        assert_int_equal(task_sleep_ms(task, 0), FAILURE_NONE);
        kept *= 2;
    }
    assert_true(kept == 1536.0);
}

static void stacks_keep_what_is_on_them(void **state)
{
    (void)state;
    struct loop *loop = loop_of_test(64);
    for (int index = 0; index < 64; index++)
        spawn(loop, NULL, use_the_stack_across_awaits, NULL);
    run_to_the_end(loop);
}

/* Each stack has one: a page that nobody may touch. */
static int count_guards(void)
{
    int count = 0;
    char line[512], mode[8];
    unsigned long first, end;
    FILE *file = fopen("/proc/self/maps", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += sscanf(line, "%lx-%lx %7s", &first, &end, mode) == 3 &&
                 end - first == (unsigned long)sysconf(_SC_PAGESIZE) && strcmp(mode, "---p") == 0;
    fclose(file);
    return count;
}

#define CROWD 600

static void count_at_the_most(struct task *task, void *argument)
{
    int *most = argument;
    (void)task;
    if (*most == 0)
        *most = count_guards();
}

static void stop_after_counting(struct task *task, void *argument)
{
    int *after = argument;
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
    *after = count_guards();
    loop_stop(task_loop(task));
}

/* To map a stack and give it back costs more than a short call. */
static void stacks_stay_for_the_next_crowd(void **state)
{
    (void)state;
    int most = 0, after = 0, before = count_guards();
    struct loop *loop = loop_of_test(CROWD + 1);
    for (int index = 0; index < CROWD; index++)
        spawn(loop, NULL, count_at_the_most, &most);
    spawn(loop, NULL, stop_after_counting, &after);
    loop_run(loop);
    loop_free(loop);
    assert_true(most >= before + CROWD);
    assert_int_equal(after, most);
    assert_int_equal(count_guards(), before);
}

static void overflow_the_stack(struct task *task, void *argument)
{
    (void)task;
    (void)argument;
    fill_stack(1000000);
}

/* The guard page: a neighbour's stack is never written to. */
static void a_stack_that_overflows_ends_the_process(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        close(STDERR_FILENO);
        struct loop *loop = loop_of_test(1);
        spawn(loop, NULL, overflow_the_stack, NULL);
        run_to_the_end(loop);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_not_equal(status, 0);
}

static void end_at_once(struct task *task, void *argument)
{
    (void)task;
    ++*(int *)argument;
}

static void more_tasks_than_stacks_are_refused_not_queued(void **state)
{
    (void)state;
    int ended = 0;
    struct loop *loop = loop_of_test(2);
    spawn(loop, NULL, end_at_once, &ended);
    spawn(loop, NULL, end_at_once, &ended);
    assert_int_equal(loop_spawn(loop, NULL, end_at_once, &ended), FAILURE_EXHAUSTED);
    loop_stop(loop);
    loop_run(loop);
    assert_int_equal(ended, 2);
    spawn(loop, NULL, end_at_once, &ended);
    run_to_the_end(loop);
    assert_int_equal(ended, 3);
}

/* ---- the thread pool ---- */

struct sum {
    uv_thread_t thread;
    int64_t sum;
};

static void add_up(void *argument)
{
    struct sum *sum = argument;
    sum->thread = uv_thread_self();
    for (int64_t number = 1; number <= 1000; number++)
        sum->sum += number;
}

static void offload_a_sum(struct task *task, void *argument)
{
    uv_thread_t here = uv_thread_self();
    struct sum sum = {0};
    (void)argument;
    assert_int_equal(task_offload(task, add_up, &sum), FAILURE_NONE);
    assert_int_equal(sum.sum, 500500);
    assert_int_equal(uv_thread_equal(&here, &sum.thread), 0);
    here = uv_thread_self();
    task_cancel(task);
    assert_int_equal(task_offload(task, add_up, &sum), FAILURE_CANCELLED);
    assert_int_equal(sum.sum, 500500);
}

static void offloaded_work_runs_elsewhere_and_is_awaited(void **state)
{
    (void)state;
    struct loop *loop = loop_of_test(8);
    for (int index = 0; index < 8; index++)
        spawn(loop, NULL, offload_a_sum, NULL);
    run_to_the_end(loop);
}

/* ---- what a task carries ---- */

static void look_at_the_ids(struct task *task, void *argument)
{
    const char *trace_id = argument;
    const char *trace_parent = task_trace_parent(task);
    assert_int_equal(strlen(trace_parent), 55);
    if (trace_id == NULL) {
        assert_string_equal(task_request_id(task), "");
        return;
    }
    assert_string_equal(task_request_id(task), "request-7");
    assert_memory_equal(trace_parent + 3, trace_id, 32);
    assert_memory_not_equal(trace_parent + 36, "00f067aa0ba902b7", 16);
    assert_string_equal(trace_parent + 52, "-00");
}

static void a_task_is_a_span_of_its_callers_trace(void **state)
{
    (void)state;
    char trace_id[] = "4bf92f3577b34da6a3ce929d0e0e4736";
    struct task_options options = {.request_id = "request-7",
                                   .trace_parent =
                                       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"};
    struct task_options illegal = {.trace_parent =
                                       "00-00000000000000000000000000000000-00f067aa0ba902b7-01"};
    struct loop *loop = loop_of_test(8);
    spawn(loop, &options, look_at_the_ids, trace_id);
    spawn(loop, &illegal, look_at_the_ids, NULL);
    spawn(loop, NULL, look_at_the_ids, NULL);
    run_to_the_end(loop);
}

static void exhaust_the_arena(struct task *task, void *argument)
{
    (void)argument;
    assert_non_null(arena_alloc(task_arena(task), 1024));
    assert_null(arena_try_alloc(task_arena(task), 4096));
}

static void a_tasks_arena_has_its_maximum(void **state)
{
    (void)state;
    struct task_options options = {.arena_bytes_max = 4096};
    struct loop *loop = loop_of_test(1);
    spawn(loop, &options, exhaust_the_arena, NULL);
    run_to_the_end(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_interleave_at_their_awaits),
        cmocka_unit_test(current_is_the_running_task_and_nothing_outside),
        cmocka_unit_test(stacks_keep_what_is_on_them),
        cmocka_unit_test(stacks_stay_for_the_next_crowd),
        cmocka_unit_test(a_stack_that_overflows_ends_the_process),
        cmocka_unit_test(more_tasks_than_stacks_are_refused_not_queued),
        cmocka_unit_test(offloaded_work_runs_elsewhere_and_is_awaited),
        cmocka_unit_test(a_task_is_a_span_of_its_callers_trace),
        cmocka_unit_test(a_tasks_arena_has_its_maximum),
    };
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
