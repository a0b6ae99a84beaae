/* An account orders on another one's money (LED-20): it hears the agent's verdict without a term of
 * the agent's money. */
#ifndef LEDGER_DOMAIN_PAID_FOR_H
#define LEDGER_DOMAIN_PAID_FOR_H

#include "runtime/base/refusal.h"

/* By the reason of the agent's refusal of a purchase, and of a hold; an account that is nowhere
 * pays for nobody. NULL: a reason that tells nothing of it. */
const struct refusal *paid_for_refusal(const char *reason);
const struct refusal *held_for_refusal(const char *reason);

#endif
