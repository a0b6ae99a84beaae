/* Demands of accounts on whoever acts in them (ID-43). */
#ifndef IDENTITY_STORE_SESSION_POLICY_STORE_H
#define IDENTITY_STORE_SESSION_POLICY_STORE_H

#include "identity/domain/session_policy.h"
#include "runtime/database/database.h"

/* An account that is not there demands nothing. */
enum failure session_policy_store_read(struct reader reader, struct id account_id,
                                       struct session_policy *policy) must_check;
/* The same after the account was locked. */
enum failure session_policy_store_read_within(struct transaction *transaction, struct id account_id,
                                              struct session_policy *policy) must_check;
enum failure session_policy_store_put(struct transaction *transaction, struct id account_id,
                                      const struct session_policy *policy) must_check;

#endif
