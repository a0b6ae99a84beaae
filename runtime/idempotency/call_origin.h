/* The chooser of a call's request id (runtime/base/origin.h) is told by headers that only the
 * gateway writes; it lets none of a caller's pass. The first that is there counts:
 *
 *   kontor-principal-id   that principal, acting in kontor-account-id
 *   kontor-step           that internal step, which has no caller
 *   kontor-public         somebody who called without a session
 *   none                  the service that calls, by its certificate */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ORIGIN_H
#define RUNTIME_IDEMPOTENCY_CALL_ORIGIN_H

#include "runtime/base/origin.h"
#include "runtime/rpc/call.h"

struct origin call_origin(const struct call *call);

#endif
