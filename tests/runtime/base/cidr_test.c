#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/cidr.h"

static void a_network_is_written_without_a_bit_behind_its_prefix(void **state)
{
    (void)state;
    static const char *const good[] = {"203.0.113.0/24", "203.0.113.9",   "203.0.113.9/32",
                                       "0.0.0.0/0",      "2001:db8::/32", "2001:db8::1",
                                       "::/0",           "::1/128",       "128.0.0.0/1"};
    static const char *const bad[] = {"",
                                      "203.0.113.9/24",
                                      "203.0.113.0/33",
                                      "203.0.113.0/",
                                      "203.0.113.0/-1",
                                      "/24",
                                      "203.0.113/24",
                                      "2001:db8::1/32",
                                      "::/129",
                                      "203.0.113.0/024",
                                      "10.0.0.0/8 ",
                                      " 10.0.0.0/8",
                                      "10.0.0.0/8/8",
                                      "kontor",
                                      "fe80::1%eth0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!cidr_is_one(good[i]))
            fail_msg("%s is one", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (cidr_is_one(bad[i]))
            fail_msg("%s is none", bad[i]);
}

/* Both sides of each edge. */
static void a_network_holds_the_addresses_of_its_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *cidr, *address;
        bool held;
    } rows[] = {
        {"203.0.113.0/24", "203.0.113.0", true},
        {"203.0.113.0/24", "203.0.113.255", true},
        {"203.0.113.0/24", "203.0.114.0", false},
        {"203.0.113.0/24", "203.0.112.255", false},
        {"203.0.113.9", "203.0.113.9", true},
        {"203.0.113.9", "203.0.113.8", false},
        {"203.0.113.0/24", "::ffff:203.0.113.9", true},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"2001:db8::/33", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::/32", "203.0.113.9", false},
        {"203.0.113.0/24", "", false},
        {"203.0.113.0/24", "unix:/run/kontor", false},
        {"203.0.113.1/24", "203.0.113.1", false}, /* no network */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (cidr_holds(rows[i].cidr, rows[i].address) != rows[i].held)
            fail_msg("%s and %s", rows[i].cidr, rows[i].address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_written_without_a_bit_behind_its_prefix),
        cmocka_unit_test(a_network_holds_the_addresses_of_its_prefix)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
