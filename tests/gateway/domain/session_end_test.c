/* ID-34: after which calls what was known of sessions is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gateway/domain/session_end.h"

static void sessions_end_by_writes_about_them(void **state)
{
    (void)state;
    static const struct {
        const char *permission;
        enum route_kind kind;
        bool follows;
    } rows[] = {
        {"identity.session.log_out", ROUTE_WRITE, true},
        {"identity.session.revoke", ROUTE_WRITE, true},
        {"identity.session.revoke_others", ROUTE_WRITE, true},
        {"identity.session.prove_factor", ROUTE_WRITE, true},
        {"identity.member.revoke_sessions", ROUTE_WRITE, true},
        {"identity.password.change", ROUTE_WRITE, true},
        {"identity.password.reset", ROUTE_WRITE, true},
        {"identity.role.revoke", ROUTE_WRITE, true},
        {"identity.role.list", ROUTE_READ, false},
        {"identity.session.log_in", ROUTE_WRITE, false}, /* strangers do not empty the cache */
        {"identity.sign_up.start", ROUTE_WRITE, false},
        {"ledger.transfer.create", ROUTE_MONEY, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct route route = {.permission = rows[i].permission, .kind = rows[i].kind};
        assert_int_equal(session_end_may_follow(&route), rows[i].follows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sessions_end_by_writes_about_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
