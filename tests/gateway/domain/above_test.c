/* LED-42: who sets a credit limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/access.h"

#define MEMBER ACCESS_ROLE_MEMBER
#define ADMINISTRATOR ACCESS_ROLE_ADMINISTRATOR

static void a_limit_is_set_from_above_or_by_the_provider(void **state)
{
    (void)state;
    static const struct {
        unsigned roles, inherited;
        enum access_verdict verdict;
    } rows[] = {
        {ADMINISTRATOR, 0, ACCESS_DENIED},
        {ADMINISTRATOR, ADMINISTRATOR, ACCESS_GRANTED},
        {ACCESS_ROLE_FINANCE, 0, ACCESS_DENIED},
        {ACCESS_ROLE_FINANCE, ACCESS_ROLE_FINANCE, ACCESS_GRANTED},
        {MEMBER, MEMBER, ACCESS_DENIED},
        {ACCESS_ROLE_OPERATOR | ACCESS_ROLE_OPERATOR_FINANCE, 0, ACCESS_GRANTED},
        {ACCESS_ROLE_OPERATOR | ACCESS_ROLE_OPERATOR_REVIEW, 0, ACCESS_DENIED},
    };
    const struct route *route = route_find_permission("ledger.credit_limit.set");
    assert_int_equal(route->caller, ROUTE_ABOVE_OR_OPERATOR);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct access_holder holder = {.roles = rows[i].roles,
                                             .inherited = rows[i].inherited};
        assert_int_equal(access_decide(route, &holder), rows[i].verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_is_set_from_above_or_by_the_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
