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
    for (const char *rest = names; *rest != '\0';) {
        size_t length = strcspn(rest, " ");
        for (unsigned bit = 1; bit < 1u << ROLE_COUNT; bit <<= 1) {
            const char *name = role_name((enum role)bit);
            if (strlen(name) == length && memcmp(name, rest, length) == 0)
                roles |= bit;
        }
        rest += length + strspn(rest + length, " ");
    }
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
