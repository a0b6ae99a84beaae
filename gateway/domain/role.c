#include "gateway/domain/role.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/built_in_role.h"
#include "runtime/base/actor.h"

/* Roles that see no raw billing data (mask.h). */
#define MASKED_ROLES ACCESS_ROLE_CLIENT_SUCCESS

#define ROLE_NAME(role, bit, name) {role, name},
static const struct {
    enum access_role role;
    const char *name;
} names[] = {ACCESS_ROLES(ROLE_NAME)};
static_assert(sizeof names / sizeof *names == ACCESS_ROLE_COUNT, "every role is counted");

void role_print(unsigned roles, char text[ROLE_TEXT_SIZE])
{
    size_t length = 0;
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++) {
        size_t size = strlen(names[i].name);
        if ((roles & names[i].role) == 0)
            continue;
        assert(length + size + 2 <= ROLE_TEXT_SIZE);
        if (length > 0)
            text[length++] = ',';
        memcpy(text + length, names[i].name, size);
        length += size;
    }
    text[length] = '\0';
}

const char *role_name(enum access_role role)
{
    size_t i = 0;
    while (names[i].role != role && i + 1 < ACCESS_ROLE_COUNT)
        i++;
    assert(names[i].role == role);
    return names[i].name;
}

unsigned role_named(const char *name)
{
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].role;
    return 0;
}

unsigned roles_named(const char *list)
{
    unsigned roles = 0;
    assert(list != NULL);
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++)
        if (actor_roles_hold(list, names[i].name))
            roles |= names[i].role;
    return roles;
}

bool role_pattern_names(const char *pattern, const char *permission)
{
    size_t length = strlen(pattern);
    assert(permission != NULL);
    if (length == 0 || pattern[length - 1] != '*')
        return strcmp(pattern, permission) == 0;
    return strncmp(pattern, permission, length - 1) == 0;
}

static bool any_names(const char *const *patterns, const char *permission)
{
    assert(patterns != NULL && permission != NULL);
    while (*patterns != NULL && !role_pattern_names(*patterns, permission))
        patterns++;
    return *patterns != NULL;
}

static unsigned first_that_allows(unsigned roles, const char *permission)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < built_in_role_count; i++)
        if ((roles & built_in_roles[i].role) != 0 &&
            any_names(built_in_roles[i].allows, permission))
            return built_in_roles[i].role;
    return 0;
}

unsigned role_that_allows(unsigned roles, const char *permission)
{
    unsigned role = first_that_allows(roles & ~(unsigned)MASKED_ROLES, permission);
    return role != 0 ? role : first_that_allows(roles & MASKED_ROLES, permission);
}

bool role_is_masked(unsigned role)
{
    return (role & MASKED_ROLES) != 0;
}

unsigned role_that_denies(unsigned roles, const char *permission)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < built_in_role_count; i++)
        if ((roles & built_in_roles[i].role) != 0 &&
            any_names(built_in_roles[i].denies, permission))
            return built_in_roles[i].role;
    return 0;
}

static size_t count_of(const char *const *patterns)
{
    size_t count = 0;
    assert(patterns != NULL);
    while (patterns[count] != NULL)
        count++;
    return count;
}

struct role_patterns role_patterns_of(enum access_role role)
{
    assert(role != 0 && ((unsigned)role & ((unsigned)role - 1)) == 0);
    for (size_t i = 0; i < built_in_role_count; i++)
        if (built_in_roles[i].role == role)
            return (struct role_patterns){
                built_in_roles[i].allows, count_of(built_in_roles[i].allows),
                built_in_roles[i].denies, count_of(built_in_roles[i].denies)};
    return (struct role_patterns){.allow_count = 0};
}

static bool one_names(const char *const *patterns, size_t count, const char *permission)
{
    size_t i = 0;
    assert(permission != NULL && (count == 0 || patterns != NULL));
    while (i < count && !role_pattern_names(patterns[i], permission))
        i++;
    return i < count;
}

bool role_patterns_allow(const struct role_patterns *patterns, const char *permission)
{
    assert(patterns != NULL);
    return one_names(patterns->allows, patterns->allow_count, permission);
}

bool role_patterns_deny(const struct role_patterns *patterns, const char *permission)
{
    assert(patterns != NULL);
    return one_names(patterns->denies, patterns->deny_count, permission);
}
