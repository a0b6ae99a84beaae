/* What a peer answered to the gateway's own work, where nobody waits for the wording: a no is logged and tried again later. */
#ifndef GATEWAY_SERVICE_PEER_ANSWER_H
#define GATEWAY_SERVICE_PEER_ANSWER_H

#include "runtime/rpc/client.h"

/* FAILURE_NONE when the peer agreed; its no becomes FAILURE_UNAVAILABLE. what: "ledger.CreditTopUp", a literal. */
enum failure peer_accepted(const char *what, enum failure failure, const struct rpc_status *status) must_check;

#endif
