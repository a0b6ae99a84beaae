/* GW-03: the fence of freezes, from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "payments/domain/freeze.h"

static void nothing_passes_that_knows_fewer_freezes(void **state)
{
    (void)state;
    static const struct {
        int64_t known, fence;
        enum freeze_verdict verdict;
    } rows[] = {
        {0, 0, FREEZE_PASSED}, {0, 1, FREEZE_MOVED},  {6, 7, FREEZE_MOVED},
        {7, 7, FREEZE_PASSED}, {8, 7, FREEZE_PASSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(freeze_decide(rows[i].known, rows[i].fence), rows[i].verdict);
    assert_string_equal(freeze_refusal(FREEZE_MOVED)->reason, "FREEZE_MOVED");
    assert_int_equal(freeze_refusal(FREEZE_MOVED)->kind, NOT_YET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_passes_that_knows_fewer_freezes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
