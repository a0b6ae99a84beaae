/* The policies of entry channels (ID-42). */
#ifndef IDENTITY_STORE_CHANNEL_POLICY_STORE_H
#define IDENTITY_STORE_CHANNEL_POLICY_STORE_H

#include "identity/domain/channel_policy.h"
#include "runtime/database/database.h"

enum failure channel_policy_store_put(struct transaction *transaction,
                                      const struct channel_policy *policy) must_check;

/* The one that was set, or what is built in. */
enum failure channel_policy_store_find(struct reader reader, enum entry_channel channel,
                                       struct channel_policy *policy) must_check;
enum failure channel_policy_store_read(struct transaction *transaction, enum entry_channel channel,
                                       struct channel_policy *policy) must_check;

#endif
