#include "gateway/domain/custom_role.h"

#include <assert.h>
#include <string.h>

/* ID-19: the owner alone submits the account's company. */
static const char owners[] = "identity.company.submit";

bool custom_role_may_hold(const struct route *route)
{
    assert(route->permission != NULL);
    bool is_of_an_account = route->caller == ROUTE_MEMBER ||
                            route->caller == ROUTE_MEMBER_OR_OPERATOR ||
                            route->caller == ROUTE_ADMINISTRATOR;
    return is_of_an_account && !route_decides_who_may_what(route) &&
           strcmp(route->permission, owners) != 0;
}

bool custom_role_holds(const struct role_patterns *patterns, const struct route *route)
{
    assert(patterns != NULL && route != NULL);
    return custom_role_may_hold(route) && role_patterns_allow(patterns, route->permission) &&
           !role_patterns_deny(patterns, route->permission);
}

const struct custom_role *custom_role_that_allows(const struct custom_roles *roles,
                                                  const struct route *route)
{
    bool may_hold = custom_role_may_hold(route);
    assert(roles->count == 0 || roles->items != NULL);
    for (size_t i = 0; i < roles->count && may_hold; i++)
        if (role_patterns_allow(&roles->items[i].patterns, route->permission))
            return &roles->items[i];
    return NULL;
}

const struct custom_role *custom_role_that_denies(const struct custom_roles *roles,
                                                  const struct route *route, bool inherited_too)
{
    bool may_hold = custom_role_may_hold(route);
    assert(roles->count == 0 || roles->items != NULL);
    for (size_t i = 0; i < roles->count && may_hold; i++)
        if ((inherited_too || !roles->items[i].inherited) &&
            role_patterns_deny(&roles->items[i].patterns, route->permission))
            return &roles->items[i];
    return NULL;
}
