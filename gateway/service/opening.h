/* Opening an account across the contexts: identity knows who it is, payments its currency, and ledger, sharing and payments are told
 * what they must know. Reads the facts as they are now and brings the others there, so it may be repeated at any time, by the rpc
 * that changed something and by the saga of its event. */
#ifndef GATEWAY_SERVICE_OPENING_H
#define GATEWAY_SERVICE_OPENING_H

#include "gateway/service/gateway.h"

/* FAILURE_UNAVAILABLE when a peer said no or another opening of the account takes too long; it was logged. */
enum failure opening_run(struct task *task, struct gateway *gateway, struct id account_id) must_check;

#endif
