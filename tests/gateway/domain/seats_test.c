/* How many streams one principal, and all together, may have open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/seats.h"

static struct id principal(uint8_t number)
{
    return (struct id){{number, 1}};
}

static void each_principal_has_so_many_and_gets_them_back(void **state)
{
    (void)state;
    struct seats seats = {.per_principal_max = 2};
    assert_true(seats_take(&seats, principal(1)));
    assert_true(seats_take(&seats, principal(1)));
    assert_false(seats_take(&seats, principal(1)));
    assert_true(seats_take(&seats, principal(2)));
    seats_leave(&seats, principal(1));
    assert_true(seats_take(&seats, principal(1)));
    assert_false(seats_take(&seats, principal(1)));
}

static void all_together_have_no_more_than_there_are(void **state)
{
    (void)state;
    struct seats seats = {.per_principal_max = SEATS};
    for (int i = 0; i < SEATS; i++)
        assert_true(seats_take(&seats, principal(1)));
    assert_false(seats_take(&seats, principal(2)));
    seats_leave(&seats, principal(1));
    assert_true(seats_take(&seats, principal(2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_principal_has_so_many_and_gets_them_back),
        cmocka_unit_test(all_together_have_no_more_than_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
