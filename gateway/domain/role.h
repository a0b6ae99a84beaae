/* Roles in the acting account, and the permissions of each: patterns over the permissions of the
 * protos' routes, "ledger.purchase.create" or "ledger.purchase.*". A deny wins over every other
 * role. The routes say by their callers for themselves which are a member's and an administrator's.
 * OPERATOR is the kind of principal that acts for the provider; what it may do, its other roles
 * say. */
#ifndef GATEWAY_DOMAIN_ROLE_H
#define GATEWAY_DOMAIN_ROLE_H

#include <stdbool.h>
#include <stddef.h>

/* X(role, bit, name), of which kontor-roles tells the peers, in this order. */
#define ACCESS_ROLES(X)                                                  \
    X(ACCESS_ROLE_ADMINISTRATOR, 2, "ACCOUNT_ADMINISTRATOR")             \
    X(ACCESS_ROLE_MEMBER, 1, "MEMBER")                                   \
    X(ACCESS_ROLE_OPERATOR, 4, "OPERATOR")                               \
    X(ACCESS_ROLE_FINANCE, 8, "FINANCE")                                 \
    X(ACCESS_ROLE_TECHNOLOGY, 16, "TECHNOLOGY")                          \
    X(ACCESS_ROLE_AGENCY_BILLING_VIEWER, 32, "AGENCY_BILLING_VIEWER")    \
    X(ACCESS_ROLE_CLIENT_SUCCESS, 64, "CLIENT_SUCCESS")                  \
    X(ACCESS_ROLE_BILLING_FREEZER, 128, "BILLING_FREEZER")               \
    X(ACCESS_ROLE_ISOLATED_SPEND, 256, "ISOLATED_SPEND")                 \
    X(ACCESS_ROLE_OPERATOR_ADMINISTRATOR, 512, "OPERATOR_ADMINISTRATOR") \
    X(ACCESS_ROLE_OPERATOR_REVIEW, 1024, "OPERATOR_REVIEW")              \
    X(ACCESS_ROLE_OPERATOR_FINANCE, 2048, "OPERATOR_FINANCE")            \
    X(ACCESS_ROLE_OPERATOR_SUPPORT, 4096, "OPERATOR_SUPPORT")            \
    X(ACCESS_ROLE_OPERATOR_LOOK, 8192, "OPERATOR_LOOK")

#define ACCESS_ROLE_ENUM(role, bit, name) role = bit,
enum access_role { ACCESS_ROLES(ACCESS_ROLE_ENUM) };
#define ACCESS_ROLE_COUNT 14

/* Whose permissions the routes' callers say. */
#define ACCESS_ROLES_OF_CALLERS (ACCESS_ROLE_MEMBER | ACCESS_ROLE_ADMINISTRATOR)

/* The provider's; the others are of accounts, OPERATOR_LOOK too: an operator has it in an account
 * that it looks into. */
#define ACCESS_ROLES_OF_OPERATORS                                                              \
    (ACCESS_ROLE_OPERATOR | ACCESS_ROLE_OPERATOR_ADMINISTRATOR | ACCESS_ROLE_OPERATOR_REVIEW | \
     ACCESS_ROLE_OPERATOR_FINANCE | ACCESS_ROLE_OPERATOR_SUPPORT)

/* Those that an account's own people and programs have. */
#define ACCESS_ROLES_OF_ACCOUNTS       \
    (((1u << ACCESS_ROLE_COUNT) - 1) & \
     ~(unsigned)(ACCESS_ROLES_OF_OPERATORS | ACCESS_ROLE_OPERATOR_LOOK))

/* Room for all names with commas. */
#define ROLE_TEXT_SIZE 256

/* "ACCOUNT_ADMINISTRATOR,MEMBER"; "" without a role. */
void role_print(unsigned roles, char text[ROLE_TEXT_SIZE]);

/* "MEMBER" of one bit. */
const char *role_name(enum access_role role);

/* The bit of "MEMBER"; 0: no such role. And of "FINANCE,MEMBER", as role_print has them. */
unsigned role_named(const char *name);
unsigned roles_named(const char *names);

/* The first role of a set whose patterns allow or deny the permission; 0: none. One that allows it
 * masked does so only where no other allows it. */
unsigned role_that_allows(unsigned roles, const char *permission);
unsigned role_that_denies(unsigned roles, const char *permission);

/* GW-05: whether what the role allows shows no raw billing data (mask.h). */
bool role_is_masked(unsigned role);

/* Permissions that are allowed and denied by patterns: of a role that an account makes
 * (custom_role.h), or the bounds of a program's key. */
struct role_patterns {
    const char *const *allows;
    size_t allow_count;
    const char *const *denies;
    size_t deny_count;
};

/* Those of a built-in role; none of one whose permissions the routes' callers say. */
struct role_patterns role_patterns_of(enum access_role role);

bool role_patterns_allow(const struct role_patterns *patterns, const char *permission);
bool role_patterns_deny(const struct role_patterns *patterns, const char *permission);

/* "a.b.c" is named by itself, by "a.b.*" and by "a.*". */
bool role_pattern_names(const char *pattern, const char *permission);

#endif
