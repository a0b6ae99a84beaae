#include "gateway/domain/session_end.h"

#include <assert.h>
#include <stddef.h>

#include "gateway/domain/role.h"

static const char *const patterns[] = {
    "identity.factor.*",         "identity.hand_over.*",          "identity.member.*",
    "identity.operator.*",       "identity.password.*",           "identity.role.*",
    "identity.session.log_out",  "identity.session.prove_factor", "identity.session.revoke*",
    "identity.session_policy.*",
};

bool session_end_may_follow(const struct route *route)
{
    assert(route->permission != NULL);
    bool follows = false;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        follows |= role_pattern_names(patterns[i], route->permission);
    return follows && route->kind != ROUTE_READ;
}
