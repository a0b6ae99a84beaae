/* Callers and what they may call: the table of callers against the table of roles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/domain/access.h"

#define MEMBER ACCESS_ROLE_MEMBER
#define ADMINISTRATOR ACCESS_ROLE_ADMINISTRATOR
#define OPERATOR ACCESS_ROLE_OPERATOR

static enum access_verdict decide(enum route_caller caller, bool session_present, unsigned roles)
{
    struct route route = {.rpc = "/a.v1.B/C", .permission = "a.b.c", .caller = caller};
    return access_decide(&route, session_present, roles);
}

static void each_caller_needs_its_role(void **state)
{
    (void)state;
    static const struct {
        enum route_caller caller;
        unsigned roles;
        enum access_verdict verdict;
    } rows[] = {
        {ROUTE_SESSION, 0, ACCESS_GRANTED},
        {ROUTE_MEMBER, 0, ACCESS_DENIED},
        {ROUTE_MEMBER, MEMBER, ACCESS_GRANTED},
        {ROUTE_MEMBER, ADMINISTRATOR, ACCESS_GRANTED},
        {ROUTE_MEMBER, OPERATOR, ACCESS_DENIED},
        {ROUTE_MEMBER_OR_OPERATOR, 0, ACCESS_DENIED},
        {ROUTE_MEMBER_OR_OPERATOR, MEMBER, ACCESS_GRANTED},
        {ROUTE_MEMBER_OR_OPERATOR, OPERATOR, ACCESS_GRANTED},
        {ROUTE_ADMINISTRATOR, MEMBER, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, OPERATOR, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, MEMBER | OPERATOR, ACCESS_DENIED},
        {ROUTE_ADMINISTRATOR, ADMINISTRATOR, ACCESS_GRANTED},
        {ROUTE_OPERATOR, MEMBER | ADMINISTRATOR, ACCESS_DENIED},
        {ROUTE_OPERATOR, OPERATOR, ACCESS_GRANTED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(decide(rows[i].caller, true, rows[i].roles), rows[i].verdict);
}

static void without_a_session_only_the_public_is_open(void **state)
{
    (void)state;
    assert_int_equal(decide(ROUTE_PUBLIC, false, 0), ACCESS_GRANTED);
    for (enum route_caller caller = ROUTE_SESSION; caller <= ROUTE_OPERATOR; caller++)
        assert_int_equal(decide(caller, false, 0), ACCESS_SESSION_REQUIRED);
}

static void a_missing_session_and_a_missing_role_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(access_refusal(ACCESS_SESSION_REQUIRED)->code, CODE_UNAUTHENTICATED);
    assert_int_equal(access_refusal(ACCESS_DENIED)->code,
                     CODE_PERMISSION_DENIED); /* LED-06, LED-15 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_caller_needs_its_role),
        cmocka_unit_test(without_a_session_only_the_public_is_open),
        cmocka_unit_test(a_missing_session_and_a_missing_role_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
