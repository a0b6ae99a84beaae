#include "identity/store/names.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/factor.h"
#include "identity/domain/role.h"
#include "runtime/base/text.h"

enum channel channel_named(const char *name)
{
    assert(text_equal(name, "EMAIL") || text_equal(name, "PHONE"));
    return text_equal(name, "EMAIL") ? CHANNEL_EMAIL : CHANNEL_PHONE;
}

enum account_type account_type_named(const char *name)
{
    if (name == NULL)
        return ACCOUNT_TYPE_NONE;
    assert(text_equal(name, "INDIVIDUAL") || text_equal(name, "CORPORATE"));
    return text_equal(name, "INDIVIDUAL") ? ACCOUNT_TYPE_INDIVIDUAL : ACCOUNT_TYPE_CORPORATE;
}

const char *account_type_name(enum account_type type)
{
    assert(type != ACCOUNT_TYPE_NONE);
    return type == ACCOUNT_TYPE_INDIVIDUAL ? "INDIVIDUAL" : "CORPORATE";
}

unsigned roles_named(const char *names)
{
    unsigned roles = ROLE_NONE;
    if (strstr(names, role_name(ROLE_ACCOUNT_ADMINISTRATOR)) != NULL)
        roles |= ROLE_ACCOUNT_ADMINISTRATOR;
    if (strstr(names, role_name(ROLE_MEMBER)) != NULL)
        roles |= ROLE_MEMBER;
    return roles;
}

unsigned factors_named(const char *names)
{
    unsigned factors = 0;
    for (enum factor_kind kind = FACTOR_TOTP; kind <= FACTOR_WEBAUTHN; kind++)
        if (strstr(names, factor_kind_name(kind)) != NULL)
            factors |= 1u << kind;
    return factors;
}
