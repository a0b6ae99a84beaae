/* A peer that stands still takes its own places only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/gate.h"

static int enter_all(struct gate *gate, int64_t now_us)
{
    int entered = 0;
    while (gate_enter(gate, now_us))
        entered++;
    return entered;
}

static void leave(struct gate *gate, int count, bool heard, int64_t now_us)
{
    while (count-- > 0)
        gate_leave(gate, heard, now_us);
}

static void as_many_as_there_are_places(void **state)
{
    (void)state;
    struct gate gate = {.places = 10, .silent_places = 3};
    assert_int_equal(enter_all(&gate, 1), 10);
    gate_leave(&gate, true, 2);
    assert_int_equal(enter_all(&gate, 2), 1);
}

static void few_when_nothing_is_heard(void **state)
{
    (void)state;
    struct gate gate = {.places = 10, .silent_places = 3};
    assert_int_equal(enter_all(&gate, 0), 10);
    leave(&gate, 5, false, GATE_SILENCE_US); /* gave up: nothing was heard */
    assert_true(gate_enter(&gate, GATE_SILENCE_US));
    assert_false(gate_enter(&gate, GATE_SILENCE_US + 1));
    leave(&gate, 4, false, GATE_SILENCE_US + 1);
    assert_int_equal(enter_all(&gate, GATE_SILENCE_US + 1), 1);
    gate_leave(&gate, true, GATE_SILENCE_US + 2); /* it answers again */
    assert_int_equal(enter_all(&gate, GATE_SILENCE_US + 2), 8);
}

static void who_was_not_asked_is_not_silent(void **state)
{
    (void)state;
    struct gate gate = {.places = 10, .silent_places = 3};
    assert_true(gate_enter(&gate, 0));
    gate_leave(&gate, true, 1);
    assert_int_equal(enter_all(&gate, 10 * GATE_SILENCE_US), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_as_there_are_places),
        cmocka_unit_test(few_when_nothing_is_heard),
        cmocka_unit_test(who_was_not_asked_is_not_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
