/* The actor of a call (runtime/base/actor.h), told by headers that only the gateway writes, as the
 * chooser of its request id is (call_origin.h): kontor-principal-id, kontor-account-id,
 * kontor-credential-kind, kontor-credential-id, kontor-roles, kontor-approval-id; or kontor-step.
 */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ACTOR_H
#define RUNTIME_IDEMPOTENCY_CALL_ACTOR_H

#include "runtime/base/actor.h"
#include "runtime/rpc/call.h"

/* In the call's arena; NULL: nobody. */
const struct actor *call_actor(struct call *call);

#endif
