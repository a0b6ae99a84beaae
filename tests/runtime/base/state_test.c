#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/base/state.h"

enum door { OPEN, SHUT, LOCKED };

static const struct state doors[] = {
    [OPEN] = {"open", TO(SHUT)},
    [SHUT] = {"shut", TO(OPEN) | TO(LOCKED)},
    [LOCKED] = {"locked", 0},
};

static void only_the_moves_of_the_table_may_be_made(void **state)
{
    (void)state;
    static const bool may[3][3] = {
        [OPEN] = {false, true, false}, [SHUT] = {true, false, true}, [LOCKED] = {false}};
    for (unsigned from = OPEN; from <= LOCKED; from++)
        for (unsigned to = OPEN; to <= LOCKED; to++)
            assert_int_equal(state_may_move(doors, 3, from, to), may[from][to]);
    enum door door = OPEN;
    door = STATE_MOVE(doors, door, SHUT);
    assert_int_equal(door, SHUT);
}

/* The move is made in a process of its own, whose log is read. */
static void an_illegal_move_is_named_and_ends_the_process(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        enum door door = LOCKED;
        door = STATE_MOVE(doors, door, OPEN);
        _exit((int)door);
    }
    close(ends[1]);
    char told[4096] = "";
    for (size_t size = 0; size < sizeof told - 1;) {
        ssize_t count = read(ends[0], told + size, sizeof told - 1 - size);
        if (count <= 0)
            break;
        size += (size_t)count;
    }
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(told, "\"from\":\"locked\",\"to\":\"open\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_moves_of_the_table_may_be_made),
        cmocka_unit_test(an_illegal_move_is_named_and_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
