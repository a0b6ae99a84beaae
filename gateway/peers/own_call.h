/* A step: what the gateway does by itself, without a caller. Its request ids have the step as their
 * origin (runtime/idempotency/call_origin.h), so no caller can take them. Names are kept for ever,
 * with the ids. */
#ifndef GATEWAY_PEERS_OWN_CALL_H
#define GATEWAY_PEERS_OWN_CALL_H

#include "runtime/rpc/client.h"

#define OWN_CALL(name) OWN_CALL_OF(name, "")

/* The same to the one replica of a key. */
#define OWN_CALL_OF(name, of_key)      \
    (&(const struct rpc_call_options){ \
        .key = (of_key),               \
        .headers = (const struct rpc_header[]){{"kontor-step", (name)}, {NULL, NULL}}})

#endif
