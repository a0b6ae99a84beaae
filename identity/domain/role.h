/* Roles in an account: who gives and takes them. Every account keeps an administrator. */
#ifndef IDENTITY_DOMAIN_ROLE_H
#define IDENTITY_DOMAIN_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

/* X(role, bit, name): the bit of a set is 1 << (the wire's number - 1). The gateway's
 * table says which permissions a role has (gateway/domain/role.c). */
#define ROLES(X)                                                  \
    X(ROLE_ACCOUNT_ADMINISTRATOR, 1, "ACCOUNT_ADMINISTRATOR")     \
    X(ROLE_MEMBER, 2, "MEMBER")                                   \
    X(ROLE_OPERATOR, 4, "OPERATOR")                               \
    X(ROLE_FINANCE, 8, "FINANCE")                                 \
    X(ROLE_TECHNOLOGY, 16, "TECHNOLOGY")                          \
    X(ROLE_AGENCY_BILLING_VIEWER, 32, "AGENCY_BILLING_VIEWER")    \
    X(ROLE_CLIENT_SUCCESS, 64, "CLIENT_SUCCESS")                  \
    X(ROLE_BILLING_FREEZER, 128, "BILLING_FREEZER")               \
    X(ROLE_ISOLATED_SPEND, 256, "ISOLATED_SPEND")                 \
    X(ROLE_OPERATOR_ADMINISTRATOR, 512, "OPERATOR_ADMINISTRATOR") \
    X(ROLE_OPERATOR_REVIEW, 1024, "OPERATOR_REVIEW")              \
    X(ROLE_OPERATOR_FINANCE, 2048, "OPERATOR_FINANCE")            \
    X(ROLE_OPERATOR_SUPPORT, 4096, "OPERATOR_SUPPORT")            \
    X(ROLE_OPERATOR_LOOK, 8192, "OPERATOR_LOOK")

#define ROLE_ENUM(role, bit, name) role = bit,
enum role { ROLE_NONE = 0, ROLES(ROLE_ENUM) };
#define ROLE_COUNT 14

/* Any of the account's own (custom_role.h), in a set. */
#define ROLE_CUSTOM (1u << ROLE_COUNT)

#define ROLES_ALL ((2u << ROLE_COUNT) - 1u)

/* The provider's: those that an operator has beside ROLE_OPERATOR; and of them those that have to
 * do with customers. */
#define ROLES_OF_OPERATORS                                                                  \
    ((unsigned)ROLE_OPERATOR_ADMINISTRATOR | ROLE_OPERATOR_REVIEW | ROLE_OPERATOR_FINANCE | \
     ROLE_OPERATOR_SUPPORT)
#define ROLES_OF_DESK (ROLES_OF_OPERATORS - ROLE_OPERATOR_ADMINISTRATOR)

/* Those that an account's administrator may give. */
#define ROLES_GIVEN                                                                      \
    (ROLES_ALL - ROLE_CUSTOM - ROLES_OF_OPERATORS - ROLE_OPERATOR - ROLE_OPERATOR_LOOK - \
     ROLE_ISOLATED_SPEND)

/* Those of programs: none decides who may do what. */
#define ROLES_OF_PROGRAMS (ROLES_GIVEN - ROLE_ACCOUNT_ADMINISTRATOR)

#define ROLE_REFUSALS(X)                                                              \
    X(ROLE_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",          \
      "This needs the account administrator's role.")                                 \
    X(ROLE_NOT_OPERATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",               \
      "This needs an operator's role.")                                               \
    X(ROLE_NOT_A_MEMBER, NEVER, CODE_NOT_FOUND, "NOT_A_MEMBER",                       \
      "The principal is no member of the account.")                                   \
    X(ROLE_LAST_ADMINISTRATOR, NEVER, CODE_FAILED_PRECONDITION, "LAST_ADMINISTRATOR", \
      "The account would have no administrator left.")                                \
    X(ROLE_OF_OWNER, NEVER, CODE_PERMISSION_DENIED, "OWNER_ROLE",                     \
      "The owner's roles are nobody else's to change, and the owner does not leave.") \
    X(ROLE_SUBTREE_NOT_YOURS, NEVER, CODE_PERMISSION_DENIED, "SUBTREE_NOT_YOURS",     \
      "You administer this account alone, and this would hold in those under it, too.")

enum role_verdict { ROLE_ACCEPTED = 0, ROLE_REFUSALS(REFUSAL_ENUM) };

/* To give a member a role, of which some deny what others allow, or end all its sessions. The roles
 * held before, in the account, as bits of enum role; owner_is_another: the member opened the
 * account and does not call (S14). */
enum role_verdict role_member_decide(unsigned caller_roles, unsigned member_roles,
                                     bool owner_is_another);

/* Somebody who would give a grant in an account, or a key of a program that has one. */
struct role_giver {
    unsigned roles;         /* bits of enum role, ROLE_OPERATOR included */
    unsigned subtree_roles; /* of them, by grants with subtree, in the account or above it */
    bool owns;              /* opened the account */
};

/* With subtree it holds in the accounts under this one, too, so who gives it has to (GW-13). */
enum role_verdict role_give_decide(const struct role_giver *giver, bool subtree);

/* The facts of a revocation. */
struct role_revocation {
    unsigned caller_roles;
    unsigned member_roles;
    unsigned taken; /* bits of enum role; all of them of who leaves */
    int64_t administrators;
    bool owner_stays; /* S14: the member opened the account, and another one takes them, or it
                         leaves */
    bool by_itself;   /* ID-27: a member leaves, who need not administer */
};

enum role_verdict role_revoke_decide(const struct role_revocation *revocation);

/* ID-27: whether nothing is left of a member's roles; keeps_custom: of the account's own one is
 * taken, and another one stays. */
bool role_leaves(unsigned member_roles, unsigned taken, bool keeps_custom);

/* Does what is an operator's with that role. */
enum role_verdict role_operate_decide(unsigned caller_roles, enum role role);

/* An operator's roles as a gateway hears them that knows no others than ROLE_OPERATOR: who lacks
 * one of what that opened there operates for it not at all. */
unsigned role_for_old_gateway(unsigned roles);

/* Lists submissions: those of one account by whoever has a role in it, those of all by operators.
 */
enum role_verdict role_list_decide(unsigned caller_roles, bool of_one_account);

const char *role_name(enum role role);
enum role role_find(const char *name); /* ROLE_NONE when there is none */
const struct refusal *role_refusal(enum role_verdict verdict);

#endif
