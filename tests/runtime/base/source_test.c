#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/source.h"

static void a_source_is_an_address_or_a_network(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"203.0.113.9", "203.0.113.9"},
        {"::ffff:203.0.113.9", "203.0.113.9"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:db8:1:2::1", "2001:db8:1:2::/64"},
        {"2001:db8:1:2:ff00::1",
         "2001:db8:1:2::/64"}, /* the first bit that does not count, and the last that does */
        {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
        {"::1", "::/64"},
        {"", ""},
        {"203.0.113.9:80", ""},
        {"unix:/run/kontor", ""},
        {"300.1.1.1", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char source[SOURCE_SIZE];
        assert_string_equal(source_of_address(rows[i][0], source), rows[i][1]);
    }
}

static void a_network_is_a_24_or_a_48(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"203.0.113.9", "203.0.113.0/24"},
        {"203.0.114.255", "203.0.114.0/24"},
        {"::ffff:203.0.113.9", "203.0.113.0/24"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
        {"2001:db8:1:ffff::1", "2001:db8:1::/48"}, /* the first bit that does not count, and */
        {"2001:db8:2::1", "2001:db8:2::/48"},      /* the last that does */
        {"::1", "::/48"},
        {"", ""},
        {"203.0.113.0/24", ""},
        {"unix:/run/kontor", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char network[SOURCE_SIZE];
        assert_string_equal(source_network(rows[i][0], network), rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_source_is_an_address_or_a_network),
                                       cmocka_unit_test(a_network_is_a_24_or_a_48)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
