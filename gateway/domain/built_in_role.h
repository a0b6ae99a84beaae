/* The roles that every account can give, and the provider its operators: what each allows and
 * denies (role.h decides by them). */
#ifndef GATEWAY_DOMAIN_BUILT_IN_ROLE_H
#define GATEWAY_DOMAIN_BUILT_IN_ROLE_H

#include "gateway/domain/role.h"

#define ROLE_PATTERNS_MAX 96

struct built_in_role {
    enum access_role role;
    const char *allows[ROLE_PATTERNS_MAX]; /* to the first NULL */
    const char *denies[ROLE_PATTERNS_MAX];
};

extern const struct built_in_role built_in_roles[];
extern const size_t built_in_role_count;

#endif
