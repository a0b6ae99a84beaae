/* Who chose the request id of a call (runtime/base/origin.h), told by headers that only the gateway
 * writes: whatever a caller writes there does not pass it. The first that is there counts:
 *
 *   kontor-principal-id   that principal, acting in kontor-account-id
 *   kontor-step           that internal step, which has no caller
 *   kontor-public         whoever called without a session
 *   none                  the service that calls, by its certificate */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ORIGIN_H
#define RUNTIME_IDEMPOTENCY_CALL_ORIGIN_H

#include "runtime/base/origin.h"
#include "runtime/rpc/call.h"

struct origin call_origin(const struct call *call);

#endif
