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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_source_is_an_address_or_a_network)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
