/* GW-14: regions, and the list of those that were confirmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity/domain/region.h"

static void a_region_is_1_to_32_small_letters_digits_and_dashes(void **state)
{
    (void)state;
    assert_true(region_is_valid("12345678901234567890123456789012"));
    assert_false(region_is_valid("123456789012345678901234567890123"));
    assert_false(region_is_valid(""));
    assert_false(region_is_valid("eu central"));
    assert_false(region_is_valid("EU-central-1"));
}

static void a_region_is_listed_by_its_whole_name(void **state)
{
    (void)state;
    assert_false(region_is_listed("", "eu-1"));
    assert_true(region_is_listed("eu-1", "eu-1"));
    assert_true(region_is_listed("ap-1 eu-1", "eu-1"));
    assert_false(region_is_listed("eu-11 xeu-1", "eu-1"));
    assert_int_equal(regions_count(""), 0);
    assert_int_equal(regions_count("eu-1"), 1);
    assert_int_equal(regions_count("ap-1 eu-1"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_is_1_to_32_small_letters_digits_and_dashes),
        cmocka_unit_test(a_region_is_listed_by_its_whole_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
