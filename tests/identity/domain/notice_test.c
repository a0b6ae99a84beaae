/* Notices: the names of their kinds, and how many are kept how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identity/domain/notice.h"

static void a_kind_is_found_by_its_name(void **state)
{
    (void)state;
    for (int kind = NOTICE_SECURITY; kind <= NOTICE_OPERATOR; kind++)
        assert_int_equal(notice_kind_find(notice_kind_name((enum notice_kind)kind)), kind);
    assert_string_equal(notice_kind_name(NOTICE_CREDIT_LIMIT), "CREDIT_LIMIT");
    assert_int_equal(notice_kind_find("OF_A_LATER_RELEASE"), NOTICE_NONE);
    assert_int_equal(notice_kind_find(""), NOTICE_NONE);
}

static void five_hundred_are_kept_for_four_hundred_days(void **state)
{
    (void)state;
    assert_int_equal(NOTICES_KEPT_MAX, 500);
    assert_int_equal(NOTICE_KEPT_US / 1000000, 34560000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_is_found_by_its_name),
        cmocka_unit_test(five_hundred_are_kept_for_four_hundred_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
