/* Roles that an account makes itself (GW-01): how many, how long, and when one may go. The meaning
 * of their patterns is the gateway's (gateway/domain/custom_role.c). */
#ifndef IDENTITY_DOMAIN_CUSTOM_ROLE_H
#define IDENTITY_DOMAIN_CUSTOM_ROLE_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define CUSTOM_ROLES_MAX 32         /* of an account */
#define CUSTOM_ROLES_HELD_MAX 3     /* by a member or program, in an account */
#define CUSTOM_ROLE_PATTERNS_MAX 32 /* that allow, and that deny */
#define CUSTOM_ROLE_BYTES_MAX 768   /* of both, with a space between two */
#define CUSTOM_ROLE_NAME_BYTES_MAX 64

#define CUSTOM_ROLE_REFUSALS(X)                                                       \
    X(CUSTOM_ROLE_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "ROLE_LIMIT",             \
      "The account has as many roles of its own as it may; delete one first.")        \
    X(CUSTOM_ROLE_NAME_TAKEN, NEVER, CODE_ALREADY_EXISTS, "ROLE_NAME_TAKEN",          \
      "Another role has the name, or one that is easily taken for it.")               \
    X(CUSTOM_ROLE_IN_USE, NEVER, CODE_FAILED_PRECONDITION, "ROLE_IN_USE",             \
      "Somebody has the role; take it from them first.")                              \
    X(CUSTOM_ROLE_UNKNOWN, NEVER, CODE_NOT_FOUND, "ROLE_NOT_FOUND",                   \
      "The account has no such role of its own.")                                     \
    X(CUSTOM_ROLE_HELD_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "CUSTOM_ROLE_LIMIT", \
      "It would have more roles of the account's own than one may.")

enum custom_role_verdict { CUSTOM_ROLE_ACCEPTED = 0, CUSTOM_ROLE_REFUSALS(REFUSAL_ENUM) };

/* One more, where there are so many; its name is not easily taken for a built-in role's. */
enum custom_role_verdict custom_role_make_decide(int64_t count, const char *name);

/* The same name of one that is written anew. */
enum custom_role_verdict custom_role_name_decide(const char *name);

/* One goes that so many have. */
enum custom_role_verdict custom_role_delete_decide(int64_t holders);

/* Somebody has asked of them, of which the account knows some, and others beside them. */
enum custom_role_verdict custom_role_give_decide(int64_t asked, int64_t known, int64_t others);

const struct refusal *custom_role_refusal(enum custom_role_verdict verdict);

#endif
