/* ID-34: after which calls what was known of sessions is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gateway/domain/session_end.h"
#include "runtime/base/refusal.h"

static void sessions_end_by_writes_about_them(void **state)
{
    (void)state;
    static const struct {
        const char *permission;
        enum route_kind kind;
        enum session_end end;
    } rows[] = {
        {"identity.session.log_out", ROUTE_WRITE, SESSION_END_TOKEN},
        {"identity.session.revoke", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.session.revoke_others", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.session.prove_factor", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.member.revoke_sessions", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.password.change", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.password.reset", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.role.revoke", ROUTE_WRITE, SESSION_END_ALL},
        {"identity.role.list", ROUTE_READ, SESSION_END_NONE},
        {"identity.session.log_in", ROUTE_WRITE,
         SESSION_END_NONE}, /* strangers do not empty the cache */
        {"identity.sign_up.start", ROUTE_WRITE, SESSION_END_NONE},
        {"ledger.transfer.create", ROUTE_MONEY, SESSION_END_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct route route = {.permission = rows[i].permission, .kind = rows[i].kind};
        assert_int_equal(session_end_of(&route, CODE_OK), rows[i].end);
        assert_int_equal(session_end_of(&route, -1), rows[i].end); /* nobody knows */
        assert_int_equal(session_end_of(&route, CODE_UNAVAILABLE), rows[i].end);
        assert_int_equal(session_end_of(&route, CODE_UNKNOWN), rows[i].end);
    }
}

static void a_verdict_ends_none(void **state)
{
    (void)state;
    const struct route reset = {.permission = "identity.password.reset", .kind = ROUTE_WRITE};
    assert_int_equal(session_end_of(&reset, CODE_INVALID_ARGUMENT), SESSION_END_NONE);
    assert_int_equal(session_end_of(&reset, CODE_RESOURCE_EXHAUSTED), SESSION_END_NONE);
    assert_int_equal(session_end_of(&reset, CODE_FAILED_PRECONDITION), SESSION_END_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sessions_end_by_writes_about_them),
                                       cmocka_unit_test(a_verdict_ends_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
