/* ID-12: a relation keeps either of its ends open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/closing.h"

static void each_end_is_told_its_own(void **state)
{
    (void)state;
    assert_string_equal(closing_reason(closing_blocker(true)), "HAS_CUSTOMERS");
    assert_string_equal(closing_reason(closing_blocker(false)), "HAS_PARTNER");
    for (enum closing_blocker each = 0; each < CLOSING_BLOCKER_COUNT; each++)
        assert_non_null(closing_sentence(each));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_end_is_told_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
