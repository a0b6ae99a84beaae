/* A target names addresses, which have one spelling, or a name to look up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "runtime/rpc/client_target.h"

static void addresses_have_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *addresses; /* with a space behind each */
    } rows[] = {
        {"ipv4:10.0.0.1:7403,10.0.0.2:7403", "ipv4:10.0.0.1:7403 ipv4:10.0.0.2:7403 "},
        {"ipv4:///10.0.0.1:7403", "ipv4:10.0.0.1:7403 "},
        {"ipv4:10.0.0.1:07403,10.0.0.1:7403", "ipv4:10.0.0.1:7403 "},
        {"ipv6:[2001:DB8:0:0:0:0:0:1]:7403,[2001:db8::1]:7403", "ipv6:[2001:db8::1]:7403 "},
        {"ipv6:[::1]:1,[::1]:65535", "ipv6:[::1]:1 ipv6:[::1]:65535 "},
        {"ipv4:10.0.0.1:7403,ledger:7403", ""},
        {"ipv4:10.0.0.1:7403,", ""},
        {"ipv4:10.0.0.1:0", ""},
        {"ipv4:10.0.0.1:65536", ""},
        {"ipv4:10.0.0.1:", ""},
        {"ipv4::7403", ""},
        {"ipv4:", ""},
        {"unix:/run/ledger", ""},
        {"dns:///ledger:7403", ""},
        {"127.0.0.1:7403", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct client_addresses addresses;
        char text[512] = "";
        client_target_addresses(rows[i].target, &addresses);
        for (size_t at = 0; at < addresses.count; at++) {
            strcat(text, addresses.texts[at]);
            strcat(text, " ");
        }
        assert_string_equal(text, rows[i].addresses);
    }
}

static void what_is_beyond_the_maximum_is_left_out(void **state)
{
    (void)state;
    char target[2048] = "ipv4:";
    for (int i = 0; i < CLIENT_REPLICAS_MAX + 1; i++)
        snprintf(target + strlen(target), sizeof target - strlen(target), "%s10.0.0.%d:1",
                 i == 0 ? "" : ",", i);
    struct client_addresses addresses;
    client_target_addresses(target, &addresses);
    assert_int_equal(addresses.count, CLIENT_REPLICAS_MAX);
    assert_string_equal(addresses.texts[CLIENT_REPLICAS_MAX - 1], "ipv4:10.0.0.63:1");
}

static void names_are_told_from_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *host;
        int port;
    } rows[] = {
        {"dns:///ledger:7403", "ledger", 7403},
        {"dns:ledger:7403", "ledger", 7403},
        {"ledger.kontor.svc.cluster.local:7403", "ledger.kontor.svc.cluster.local", 7403},
        {"localhost:1", "localhost", 1},
        {"127.0.0.1:7403", "", 0},
        {"[::1]:7403", "", 0},
        {"dns:///127.0.0.1:7403", "", 0},
        {"dns://10.0.0.53/ledger:7403", "", 0}, /* gRPC asks that server */
        {"ipv4:10.0.0.1:7403", "", 0},
        {"ipv6:[::1]:7403", "", 0},
        {"unix:/run/ledger:7403", "", 0},
        {"unix-abstract:ledger:7403", "", 0},
        {"ledger", "", 0},
        {"ledger:https", "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct client_name name = client_target_name(rows[i].target);
        assert_string_equal(name.host, rows[i].host);
        assert_int_equal(name.port, rows[i].port);
    }
}

static void a_name_is_looked_up(void **state)
{
    (void)state;
    struct client_addresses addresses;
    assert_true(client_name_resolve(&(struct client_name){"localhost", 7403}, &addresses));
    bool has_found = false;
    for (size_t i = 0; i < addresses.count; i++)
        has_found = has_found || strcmp(addresses.texts[i], "ipv4:127.0.0.1:7403") == 0 ||
                    strcmp(addresses.texts[i], "ipv6:[::1]:7403") == 0;
    assert_true(has_found);
    assert_false(
        client_name_resolve(&(struct client_name){"no name has spaces", 7403}, &addresses));
    assert_int_equal(addresses.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_spelling),
        cmocka_unit_test(what_is_beyond_the_maximum_is_left_out),
        cmocka_unit_test(names_are_told_from_addresses),
        cmocka_unit_test(a_name_is_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
