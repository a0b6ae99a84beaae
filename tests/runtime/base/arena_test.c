/* Arenas: lent memory is zeroed and aligned, the maximum holds, the n-th allocation fails on
 * demand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t size = 0; size < 2000; size += 7) {
        unsigned char *piece = arena_alloc(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xff, size);
    }
    arena_reset(&arena);
    assert_int_equal(arena.taken_bytes, 0);
    unsigned char *again = arena_alloc(&arena, 100);
    assert_int_equal(again[99], 0);
    arena_deinit(&arena);
}

static void the_maximum_holds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1024);
    assert_null(arena_try_alloc(&arena, 1025));
    assert_null(arena_try_alloc(&arena, SIZE_MAX));
    assert_non_null(arena_alloc(&arena, 1000));
    assert_non_null(arena_alloc(&arena, 16));
    assert_null(arena_try_alloc(&arena, 1));
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 1024));
    arena_deinit(&arena);
}

static void arrays_do_not_wrap(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_try_alloc_array(&arena, SIZE_MAX / 2 + 1, 2));
    assert_non_null(arena_alloc_array(&arena, 100, 2));
    arena_deinit(&arena);
}

static void texts_are_copied_and_printed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    assert_string_equal(arena_strdup(&arena, "lot"), "lot");
    assert_string_equal(arena_strdup(&arena, ""), "");
    assert_string_equal(arena_strndup(&arena, "transfer", 5), "trans");
    assert_string_equal(arena_strndup(&arena, "lot", 5), "lot");
    assert_memory_equal(arena_memdup(&arena, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_printf(&arena, "%s-%d", "lot", 7), "lot-7");
    const char *wide = arena_printf(&arena, "%5000d", 1);
    assert_int_equal(strlen(wide), 5000);
    assert_false(arena_exhausted(&arena));
    assert_int_equal(strlen(arena_printf(&arena, "%70000d", 1)), 70000);
    assert_true(arena_exhausted(&arena));
    arena_deinit(&arena);
}

static void the_nth_allocation_fails_once(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    arena_fail_nth(3);
    assert_non_null(arena_alloc(&arena, 1));
    assert_non_null(arena_strdup(&arena, "second"));
    assert_null(arena_try_alloc(&arena, 1));
    assert_non_null(arena_alloc(&arena, 1));
    arena_fail_nth(1);
    arena_fail_nth(0);
    assert_non_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
}

/* The first no is remembered until the arena goes back to a place before it. */
static void a_refused_allocation_is_remembered(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    assert_non_null(arena_alloc(&arena, 900));
    assert_false(arena_exhausted(&arena));
    struct arena_mark mark = arena_mark(&arena);
    assert_null(arena_try_alloc(&arena, 200));
    assert_non_null(arena_alloc(&arena, 10));
    assert_true(arena_exhausted(&arena));
    struct arena_mark late = arena_mark(&arena);
    arena_rewind(&arena, late);
    assert_true(arena_exhausted(&arena));
    arena_rewind(&arena, mark);
    assert_false(arena_exhausted(&arena));
    assert_null(arena_try_alloc_array(&arena, SIZE_MAX, 2));
    assert_true(arena_exhausted(&arena));
    arena_reset(&arena);
    assert_false(arena_exhausted(&arena));
    arena_fail_nth(1);
    assert_string_equal(arena_strdup(&arena, "x"), "x");
    assert_true(arena_exhausted(&arena));
    arena_deinit(&arena);
}

/* Beyond the maximum each piece is memory of its own as before it, and nothing is lent by trying.
 */
static void an_exhausted_arena_lends_on(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    char *first = arena_alloc(&arena, 1001);
    assert_true(arena_exhausted(&arena));
    memset(first, 'a', 1001);
    assert_null(arena_try_alloc(&arena, 1));
    assert_null(arena_try_memdup(&arena, "x", 1));
    char *second = arena_alloc_array(&arena, 10, 100);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(second[i], 0);
    memset(second, 'b', 1000);
    assert_int_equal(first[1000], 'a');
    arena_reset(&arena);
    assert_false(arena_exhausted(&arena));
    assert_non_null(arena_try_alloc(&arena, 900));
    arena_deinit(&arena);
}

/* … up to 256 MiB beyond the maximum; there the process ends. */
static void take_at_once(size_t size)
{
    struct arena arena;
    arena_init(&arena, 1024);
    memset(arena_alloc(&arena, size), 1, size);
    _exit(7);
}

static int end_of_taking(size_t size)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fclose(stderr);
        signal(SIGABRT, SIG_DFL);
        take_at_once(size);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void the_overdraft_has_an_end(void **state)
{
    (void)state;
    const size_t most = 1024 + (size_t)256 * 1024 * 1024;
    int lent = end_of_taking(most);
    assert_true(WIFEXITED(lent) && WEXITSTATUS(lent) == 7);
    int refused = end_of_taking(most + 1);
    assert_true(WIFSIGNALED(refused) && WTERMSIG(refused) == SIGABRT);
}

/* Memory lent before the mark stays; memory lent after it can be lent again, however often. */
static void rewinding_gives_back_what_was_taken_since(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct arena_mark empty = arena_mark(&arena);
    char *kept = arena_strdup(&arena, "kept");
    struct arena_mark mark = arena_mark(&arena);
    for (int round = 0; round < 100; round++) {
        assert_non_null(arena_alloc(&arena, 100));
        assert_non_null(arena_alloc(&arena, 40000)); /* a chunk of its own */
        arena_rewind(&arena, mark);
    }
    assert_string_equal(kept, "kept");
    assert_non_null(arena_alloc(&arena, (1 << 16) - 64));
    arena_rewind(&arena, empty);
    assert_non_null(arena_alloc(&arena, 1 << 16));
    arena_deinit(&arena);
}

static void failures_have_names_and_sentences(void **state)
{
    (void)state;
    assert_string_equal(failure_name(FAILURE_NONE), "FAILURE_NONE");
    assert_string_equal(failure_name(FAILURE_DEADLINE), "FAILURE_DEADLINE");
    assert_string_equal(failure_sentence(FAILURE_DEADLINE), "the deadline passed");
    assert_non_null(failure_name((enum failure) - 1000));
    assert_non_null(failure_sentence((enum failure) - 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(the_maximum_holds),
        cmocka_unit_test(arrays_do_not_wrap),
        cmocka_unit_test(texts_are_copied_and_printed),
        cmocka_unit_test(the_nth_allocation_fails_once),
        cmocka_unit_test(a_refused_allocation_is_remembered),
        cmocka_unit_test(an_exhausted_arena_lends_on),
        cmocka_unit_test(the_overdraft_has_an_end),
        cmocka_unit_test(rewinding_gives_back_what_was_taken_since),
        cmocka_unit_test(failures_have_names_and_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
