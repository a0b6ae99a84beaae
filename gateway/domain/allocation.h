/* To whom an agent may allocate money (LED-22), by what identity says of their relation now. The
 * ledger judges again by what it was told (settled 6). */
#ifndef GATEWAY_DOMAIN_ALLOCATION_H
#define GATEWAY_DOMAIN_ALLOCATION_H

#include <stdbool.h>

#include "runtime/base/refusal.h"

/* Whether there is such an account is not told: it is no customer, or it is one. */
#define ALLOCATION_REFUSALS(X)                                                               \
    X(ALLOCATION_NO_RELATION, NEVER, CODE_NOT_FOUND, "RELATION_NOT_FOUND",                   \
      "The account has no such relation.")                                                   \
    X(ALLOCATION_NOT_PERMITTED, NEVER, CODE_FAILED_PRECONDITION, "ALLOCATION_NOT_PERMITTED", \
      "The terms of the relation do not include allocating money.")

enum allocation_verdict { ALLOCATION_ACCEPTED = 0, ALLOCATION_REFUSALS(REFUSAL_ENUM) };

/* is_agent: the acting account is the destination's partner; allocates: by terms that include it.
 */
enum allocation_verdict allocation_decide(bool is_agent, bool allocates);
const struct refusal *allocation_refusal(enum allocation_verdict verdict);

#endif
