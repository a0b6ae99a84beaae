/* How many streams one principal, and all together, may have open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/stream_limit.h"

static struct id principal(uint8_t number)
{
    return (struct id){{number, 1}};
}

static void each_principal_has_so_many_and_gets_them_back(void **state)
{
    (void)state;
    struct stream_limit stream_limit = {.per_principal_max = 2};
    assert_true(stream_limit_acquire(&stream_limit, principal(1)));
    assert_true(stream_limit_acquire(&stream_limit, principal(1)));
    assert_false(stream_limit_acquire(&stream_limit, principal(1)));
    assert_true(stream_limit_acquire(&stream_limit, principal(2)));
    stream_limit_release(&stream_limit, principal(1));
    assert_true(stream_limit_acquire(&stream_limit, principal(1)));
    assert_false(stream_limit_acquire(&stream_limit, principal(1)));
}

static void all_together_have_no_more_than_there_are(void **state)
{
    (void)state;
    struct stream_limit stream_limit = {.per_principal_max = STREAM_LIMIT_MAX};
    for (int i = 0; i < STREAM_LIMIT_MAX; i++)
        assert_true(stream_limit_acquire(&stream_limit, principal(1)));
    assert_false(stream_limit_acquire(&stream_limit, principal(2)));
    stream_limit_release(&stream_limit, principal(1));
    assert_true(stream_limit_acquire(&stream_limit, principal(2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_principal_has_so_many_and_gets_them_back),
        cmocka_unit_test(all_together_have_no_more_than_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
