/* Making or changing a role of an account's own (custom_role.h): each pattern names a permission
 * that there is, those that allow name something such roles hold, and the role opens nothing that
 * who writes it may not do. */
#ifndef GATEWAY_DOMAIN_ROLE_MAKING_H
#define GATEWAY_DOMAIN_ROLE_MAKING_H

#include "gateway/domain/access.h"

#define ROLE_MAKING_REFUSALS(X)                                                               \
    X(ROLE_MAKING_UNKNOWN, NEVER, CODE_INVALID_ARGUMENT, "UNKNOWN_PERMISSION",                \
      "No rpc has the permission.")                                                           \
    X(ROLE_MAKING_RESERVED, NEVER, CODE_INVALID_ARGUMENT, "PERMISSION_RESERVED",              \
      "It is for everybody, the owner, the provider or who has a role of its own to decide; " \
      "an account's own roles do not hold it.")                                               \
    X(ROLE_MAKING_NOT_YOURS, NEVER, CODE_PERMISSION_DENIED, "PERMISSION_NOT_YOURS",           \
      "You may not do this yourself, so a role that you write does not open it.")

enum role_making_verdict { ROLE_MAKING_ACCEPTED = 0, ROLE_MAKING_REFUSALS(REFUSAL_ENUM) };

/* Why not: the pattern, and, of what its writer lacks, one permission that it names. */
struct role_making_fault {
    const char *pattern;
    const char *permission;
    bool denies; /* it stands among those that deny */
};

enum role_making_verdict role_making_decide(const struct role_patterns *patterns,
                                            const struct access_holder *writer,
                                            struct role_making_fault *fault);

const struct refusal *role_making_refusal(enum role_making_verdict verdict);

#endif
