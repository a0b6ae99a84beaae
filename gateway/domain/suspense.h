/* The provider's suspense: where received money is booked that no account can take now. A chain of
 * the provider's own in the ledger, with an account for each currency, whose ids follow from these
 * names for ever. */
#ifndef GATEWAY_DOMAIN_SUSPENSE_H
#define GATEWAY_DOMAIN_SUSPENSE_H

#include <stdbool.h>

#include "runtime/base/id.h"

struct id suspense_company(void); /* the provider's own */
struct id suspense_account(const char *currency);
bool suspense_is(const char *account_id, const char *currency); /* as an event names them */

/* Whether the ledger's reason not to credit a top-up is about the account, so that the money goes
 * into suspense; another one, an IDEMPOTENCY_MISMATCH above all, is for people. */
bool suspense_takes(const char *reason);

/* Whether the account may take it later; else only an operator gets it out of suspense. */
bool suspense_may_end(const char *reason);

#define SUSPENSE_NOT_OPENED \
    "ACCOUNT_NOT_FOUND" /* the gateway does not know yet where the account's money lives */

#endif
