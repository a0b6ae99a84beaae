/* Demands of accounts on factors (ID-32). */
#ifndef IDENTITY_STORE_MFA_POLICY_STORE_H
#define IDENTITY_STORE_MFA_POLICY_STORE_H

#include "identity/domain/mfa_policy.h"
#include "runtime/database/database.h"

/* An account that is not there demands nothing of its own. */
enum failure mfa_policy_store_read(struct reader reader, struct id account_id,
                                   struct mfa_policy *policy) must_check;
enum failure mfa_policy_store_put(struct transaction *transaction, struct id account_id,
                                  const struct mfa_policy *policy) must_check;

#endif
