#include "gateway/domain/session_end.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/domain/role.h"
#include "runtime/base/refusal.h"

static const char *const patterns[] = {
    "identity.custom_role.*",        "identity.factor.*",        "identity.hand_over.*",
    "identity.look.close",           "identity.member.*",        "identity.operator.*",
    "identity.password.*",           "identity.role.*",          "identity.session.log_out",
    "identity.session.prove_factor", "identity.session.revoke*", "identity.session_policy.*",
};

static bool may_end_sessions(const struct route *route)
{
    assert(route->permission != NULL);
    bool follows = false;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        follows |= role_pattern_names(patterns[i], route->permission);
    return follows && route->kind != ROUTE_READ;
}

/* A verdict on the request, after which everything is as before. */
static bool is_verdict(int code)
{
    static const enum code verdicts[] = {CODE_INVALID_ARGUMENT,   CODE_NOT_FOUND,
                                         CODE_ALREADY_EXISTS,     CODE_PERMISSION_DENIED,
                                         CODE_RESOURCE_EXHAUSTED, CODE_FAILED_PRECONDITION,
                                         CODE_UNAUTHENTICATED};
    bool found = false;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        found |= code == (int)verdicts[i];
    return found;
}

enum session_end session_end_of(const struct route *route, int code)
{
    if (!may_end_sessions(route) || is_verdict(code))
        return SESSION_END_NONE;
    bool is_log_out = role_pattern_names("identity.session.log_out", route->permission);
    return is_log_out ? SESSION_END_TOKEN : SESSION_END_ALL;
}
