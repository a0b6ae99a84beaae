/* The refusals that no decision chooses among: each has one cause, which a service or a store sees
 * for itself, such as a thing that is not there. Those of a decision stand in its own list. */
#ifndef PAYMENTS_DOMAIN_REFUSALS_H
#define PAYMENTS_DOMAIN_REFUSALS_H

#include "runtime/base/refusal.h"

#define PAYMENTS_REFUSALS(X)                                         \
    X(account_not_found, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_KNOWN", \
      "Payments does not know this account yet.")

PAYMENTS_REFUSALS(REFUSAL_EXTERN)

#endif
