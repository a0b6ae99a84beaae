#include "gateway/domain/access.h"

#include <assert.h>

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
    case ROUTE_PUBLIC:
    case ROUTE_SESSION:
        break;
    }
    return 0;
}

enum access_verdict access_decide(const struct route *route, bool session_present, unsigned roles)
{
    if (route->caller == ROUTE_PUBLIC)
        return ACCESS_GRANTED;
    if (!session_present)
        return ACCESS_SESSION_REQUIRED;
    if (route->caller == ROUTE_SESSION)
        return ACCESS_GRANTED;
    assert(roles_wanted(route->caller) != 0);
    return (roles & roles_wanted(route->caller)) != 0 ? ACCESS_GRANTED : ACCESS_DENIED;
}
