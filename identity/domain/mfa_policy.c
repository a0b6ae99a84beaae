#include "identity/domain/mfa_policy.h"

#include <assert.h>
#include <stddef.h>

#include "identity/domain/role.h"
#include "runtime/base/text.h"

static const char *const names[] = {"WHEN_ENROLLED", "NONE", "WHEN_ENROLLED", "REQUIRED"};
#define NAME_COUNT (sizeof names / sizeof *names)

enum mfa_demand mfa_demand_on(enum mfa_demand demand, const struct mfa_policy *policy,
                              unsigned roles)
{
    unsigned required = policy->required_roles;
    assert((size_t)demand < NAME_COUNT);
    if (required != ROLE_NONE)
        required |= ROLE_CUSTOM;
    return (required & roles) != 0 ? MFA_DEMAND_REQUIRED : demand;
}

const char *mfa_demand_name(enum mfa_demand demand)
{
    assert((size_t)demand < NAME_COUNT);
    return names[demand];
}

enum mfa_demand mfa_demand_find(const char *name)
{
    for (size_t i = 1; i < NAME_COUNT; i++)
        if (text_equal(names[i], name))
            return (enum mfa_demand)i;
    return MFA_DEMAND_UNSPECIFIED;
}
