/* The policies of entry channels, as operators and customers are told of them (ID-42). */
#ifndef IDENTITY_SERVICE_CHANNEL_POLICY_H
#define IDENTITY_SERVICE_CHANNEL_POLICY_H

#include "identity/store/channel_policy_store.h"
#include "identity/v1/account.pb-c.h"
#include "runtime/rpc/call.h"

/* A customer is told neither the code of its trial allowance nor who set the policy. */
Identity__V1__ChannelPolicy *
channel_policy_to_message(struct call *call, const struct channel_policy *policy, bool to_operator);

#endif
