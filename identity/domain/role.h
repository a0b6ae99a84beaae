/* Roles in an account: who gives and takes them. Every account keeps an administrator. */
#ifndef IDENTITY_DOMAIN_ROLE_H
#define IDENTITY_DOMAIN_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

/* The values are bits of a set. */
enum role { ROLE_NONE = 0, ROLE_ACCOUNT_ADMINISTRATOR = 1, ROLE_MEMBER = 2, ROLE_OPERATOR = 4 };

#define ROLE_REFUSALS(X)                                                              \
    X(ROLE_NOT_ADMINISTRATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",          \
      "This needs the account administrator's role.")                                 \
    X(ROLE_NOT_OPERATOR, NEVER, CODE_PERMISSION_DENIED, "ROLE_MISSING",               \
      "This needs the operator's role.")                                              \
    X(ROLE_NOT_A_MEMBER, NEVER, CODE_NOT_FOUND, "NOT_A_MEMBER",                       \
      "The principal is no member of the account.")                                   \
    X(ROLE_IS_A_MEMBER, NEVER, CODE_ALREADY_EXISTS, "ALREADY_A_MEMBER",               \
      "The principal is a member of the account already.")                            \
    X(ROLE_LAST_ADMINISTRATOR, NEVER, CODE_FAILED_PRECONDITION, "LAST_ADMINISTRATOR", \
      "The account would have no administrator left.")

enum role_verdict { ROLE_ACCEPTED = 0, ROLE_REFUSALS(REFUSAL_ENUM) };

/* The roles held before the change, in the account, as bits of enum role. */
enum role_verdict role_add_member_decide(unsigned caller_roles, unsigned member_roles);
enum role_verdict role_grant_decide(unsigned caller_roles, unsigned member_roles);
enum role_verdict role_revoke_decide(unsigned caller_roles, unsigned member_roles, enum role role,
                                     int64_t administrators);

/* Decides about companies. */
enum role_verdict role_operate_decide(unsigned caller_roles);

/* Lists submissions: those of one account by whoever has a role in it, those of all by operators.
 */
enum role_verdict role_list_decide(unsigned caller_roles, bool of_one_account);

const char *role_name(enum role role);
enum role role_find(const char *name); /* ROLE_NONE when there is none */
const struct refusal *role_refusal(enum role_verdict verdict);

#endif
