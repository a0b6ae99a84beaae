/* GW-01: roles that an account makes itself. Identity keeps them and tells them with a session;
 * their patterns (role.h) are about what members and administrators do. They open and deny nothing
 * by which one decides who may do what, so nobody is given more by one and no administrator locked
 * out; nothing of the owner's, of a role that is given by itself, or of the provider's. */
#ifndef GATEWAY_DOMAIN_CUSTOM_ROLE_H
#define GATEWAY_DOMAIN_CUSTOM_ROLE_H

#include "gateway/domain/role.h"
#include "gateway/domain/route.h"

struct custom_role {
    const char *role_id;
    const char *name;
    struct role_patterns patterns;
    bool inherited; /* by a grant with subtree on an account above (GW-13) */
};

struct custom_roles {
    const struct custom_role *items;
    size_t count;
};

/* Whether such roles are about what the route does. */
bool custom_role_may_hold(const struct route *route);

/* Whether a role of these patterns opens the route by itself. */
bool custom_role_holds(const struct role_patterns *patterns, const struct route *route);

/* The first that allows or denies it; NULL: none. inherited_too: what was given above counts. */
const struct custom_role *custom_role_that_allows(const struct custom_roles *roles,
                                                  const struct route *route);
const struct custom_role *custom_role_that_denies(const struct custom_roles *roles,
                                                  const struct route *route, bool inherited_too);

#endif
