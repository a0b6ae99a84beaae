#include "gateway/domain/access.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {ACCESS_REFUSALS(REFUSAL_ROW)};

const struct refusal *access_refusal(enum access_verdict verdict)
{
    assert(verdict > ACCESS_GRANTED && verdict <= ACCESS_DENIED);
    return &refusals[verdict - 1];
}

/* Which roles open a route for its kind of caller. An administrator may do what a member may; an
 * operator acts for the provider and is no member of the customer's account. */
static unsigned roles_wanted(enum route_caller caller)
{
    switch (caller) {
    case ROUTE_MEMBER:
        return ACCESS_ROLE_MEMBER | ACCESS_ROLE_ADMINISTRATOR;
    case ROUTE_MEMBER_OR_OPERATOR:
        return ACCESS_ROLE_MEMBER | ACCESS_ROLE_ADMINISTRATOR | ACCESS_ROLE_OPERATOR;
    case ROUTE_ADMINISTRATOR:
        return ACCESS_ROLE_ADMINISTRATOR;
    case ROUTE_OPERATOR:
        return ACCESS_ROLE_OPERATOR;
    case ROUTE_ROLE:
    case ROUTE_PUBLIC:
    case ROUTE_SESSION:
        break;
    }
    return 0;
}

static unsigned lowest(unsigned roles)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    return roles & (~roles + 1);
}

/* No role of an account opens a route of the provider's. */
static unsigned role_for(const struct route *route, unsigned roles)
{
    assert(route->caller != ROUTE_PUBLIC && route->caller != ROUTE_SESSION);
    unsigned wanted = roles & roles_wanted(route->caller);
    if (wanted != 0 || route->caller == ROUTE_OPERATOR)
        return lowest(wanted);
    return role_that_allows(roles, route->permission);
}

/* Whether some other permission of the same thing is allowed: "ledger.transfer." of
 * "ledger.transfer.create". */
static bool sees_thing(const struct route *route, unsigned roles)
{
    size_t count;
    const struct route *all = route_list(&count);
    assert(count > 0 && all != NULL);
    const char *verb = strrchr(route->permission, '.');
    size_t thing = verb == NULL ? 0 : (size_t)(verb - route->permission) + 1;
    for (size_t i = 0; i < count; i++)
        if (all[i].caller > ROUTE_SESSION &&
            strncmp(all[i].permission, route->permission, thing) == 0 &&
            role_that_denies(roles, all[i].permission) == 0 && role_for(&all[i], roles) != 0)
            return true;
    return false;
}

struct access_answer access_explain(const struct route *route, unsigned roles)
{
    assert(route->permission != NULL);
    if (route->caller == ROUTE_PUBLIC || route->caller == ROUTE_SESSION)
        return (struct access_answer){ACCESS_ALLOW, 0, false};
    unsigned denies = role_that_denies(roles, route->permission);
    if (denies != 0)
        return (struct access_answer){sees_thing(route, roles) ? ACCESS_DENY : ACCESS_HIDDEN,
                                      denies, true};
    unsigned allows = role_for(route, roles);
    if (allows != 0)
        return (struct access_answer){ACCESS_ALLOW, allows, false};
    return (struct access_answer){sees_thing(route, roles) ? ACCESS_DENY : ACCESS_HIDDEN, 0, false};
}

enum access_verdict access_decide(const struct route *route, bool session_present, unsigned roles)
{
    assert(route != NULL && route->caller <= ROUTE_ROLE);
    if (route->caller == ROUTE_PUBLIC)
        return ACCESS_GRANTED;
    if (!session_present)
        return ACCESS_SESSION_REQUIRED;
    if (route->caller == ROUTE_SESSION)
        return ACCESS_GRANTED;
    if ((roles & ~(unsigned)ACCESS_ROLES_OF_CALLERS) == 0)
        return (roles & roles_wanted(route->caller)) != 0 ? ACCESS_GRANTED : ACCESS_DENIED;
    bool allowed = role_that_denies(roles, route->permission) == 0 && role_for(route, roles) != 0;
    return allowed ? ACCESS_GRANTED : ACCESS_DENIED;
}
