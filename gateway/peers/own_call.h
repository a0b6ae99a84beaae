/* A step: what the gateway does by itself, without a caller. Its request ids have the step as their
 * origin (runtime/idempotency/call_origin.h), so no caller can take them. Names are kept for ever,
 * with the ids. */
#ifndef GATEWAY_PEERS_OWN_CALL_H
#define GATEWAY_PEERS_OWN_CALL_H

#include "runtime/rpc/client.h"

#define OWN_CALL(name)                 \
    (&(const struct rpc_call_options){ \
        .headers = (const struct rpc_header[]){{"kontor-step", (name)}, {NULL, NULL}}})

#endif
