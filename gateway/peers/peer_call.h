/* A question to a peer: who asks whom, and where the peer's verdict is told. Every function of the
 * peers that takes one awaits one call. FAILURE_NONE with status->code CODE_OK is an answer;
 * FAILURE_NONE with another code is the peer's own no, to pass on or to act on; texts are lent by
 * the task's arena. */
#ifndef GATEWAY_PEERS_PEER_CALL_H
#define GATEWAY_PEERS_PEER_CALL_H

#include "runtime/rpc/client.h"

struct peer_call {
    struct task *task;
    struct rpc_client *peer;
    struct rpc_status *status;
};

#endif
