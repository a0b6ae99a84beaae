#include "identity/store/names.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/factor.h"
#include "identity/domain/role.h"
#include "runtime/base/text.h"

enum channel channel_named(const char *name)
{
    return text_equal(name, "EMAIL") ? CHANNEL_EMAIL : CHANNEL_PHONE;
}

enum account_type account_type_named(const char *name)
{
    if (name == NULL)
        return ACCOUNT_TYPE_NONE;
    return text_equal(name, "INDIVIDUAL") ? ACCOUNT_TYPE_INDIVIDUAL : ACCOUNT_TYPE_CORPORATE;
}

const char *account_type_name(enum account_type type)
{
    assert(type != ACCOUNT_TYPE_NONE);
    return type == ACCOUNT_TYPE_INDIVIDUAL ? "INDIVIDUAL" : "CORPORATE";
}

enum entry_channel entry_channel_named(const char *name)
{
    for (enum entry_channel channel = ENTRY_DIRECT; channel <= ENTRY_UPGRADE; channel++)
        if (text_equal(entry_channel_name(channel), name))
            return channel;
    return ENTRY_DIRECT;
}

static const char *const environments[] = {NULL, "DEVELOPMENT", "TEST", "PRODUCTION"};

enum environment environment_named(const char *name)
{
    enum environment environment = ENVIRONMENT_NONE;
    for (enum environment each = ENVIRONMENT_DEVELOPMENT; each <= ENVIRONMENT_PRODUCTION; each++)
        if (name != NULL && text_equal(environments[each], name))
            environment = each;
    return environment;
}

const char *environment_name(enum environment environment)
{
    assert(environment != ENVIRONMENT_NONE);
    return environments[environment];
}

/* The next word of those with spaces between; false: there is none. */
static bool next_word(const char **rest, const char **word, size_t *length)
{
    *word = *rest;
    *length = strcspn(*rest, " ");
    *rest += *length + strspn(*rest + *length, " ");
    return *length > 0;
}

static bool is_custom(const char *word, size_t length, struct id *role_id)
{
    char text[ID_TEXT_SIZE] = "";
    if (length != ID_TEXT_SIZE - 1)
        return false;
    memcpy(text, word, length);
    return id_parse(text, role_id);
}

static unsigned role_of_word(const char *word, size_t length)
{
    struct id role_id;
    for (unsigned bit = 1; bit < 1u << ROLE_COUNT; bit <<= 1) {
        const char *name = role_name((enum role)bit);
        if (strlen(name) == length && memcmp(name, word, length) == 0)
            return bit;
    }
    return is_custom(word, length, &role_id) ? ROLE_CUSTOM : ROLE_NONE;
}

unsigned roles_named(const char *names)
{
    unsigned roles = ROLE_NONE;
    const char *word;
    size_t length;
    while (next_word(&names, &word, &length))
        roles |= role_of_word(word, length);
    return roles;
}

unsigned operator_roles_named(bool operates, const char *names)
{
    return operates ? roles_named(names) | ROLE_OPERATOR : (unsigned)ROLE_NONE;
}

struct id_array custom_role_ids_named(struct arena *arena, const char *names)
{
    struct id *ids = arena_alloc_array(arena, strlen(names) / (ID_TEXT_SIZE - 1), sizeof *ids);
    struct id_array array = {.items = ids};
    const char *word;
    size_t length;
    while (next_word(&names, &word, &length))
        if (is_custom(word, length, &ids[array.count]))
            array.count++;
    return array;
}

const char *roles_names(struct arena *arena, unsigned roles)
{
    const char *names = "";
    for (unsigned role = 1; role < 1u << ROLE_COUNT; role <<= 1)
        if (roles & role)
            names = arena_printf(arena, "%s%s%s", names, names[0] == '\0' ? "" : " ",
                                 role_name((enum role)role));
    return names;
}

struct mfa_policy mfa_policy_named(const char *money, const char *who_may_what, const char *roles)
{
    return (struct mfa_policy){mfa_demand_find(money), mfa_demand_find(who_may_what),
                               roles != NULL ? roles_named(roles) : (unsigned)ROLE_NONE};
}

unsigned factors_named(const char *names)
{
    unsigned factors = 0;
    for (enum factor_kind kind = FACTOR_TOTP; kind <= FACTOR_WEBAUTHN; kind++)
        if (strstr(names, factor_kind_name(kind)) != NULL)
            factors |= 1u << kind;
    return factors;
}
