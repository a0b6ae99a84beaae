/* Single orders on their way to the ledger. One that comes while none is under way goes at once, by
 * its own rpc, as if it were alone in the world. Those that come meanwhile go gathered, many
 * callers' in one message (gather.h, ledger.v1.GatheringService), and each ends as it would have
 * ended by its own rpc: code, reason, details; at its own deadline; repeated when nothing was done,
 * or when it cannot be known. Nobody waits for a lock in a message: a gathered order of a company
 * that somebody holds goes again by its own rpc, and waits there. Each replica of the ledger has
 * its own. */
#ifndef GATEWAY_PEERS_LEDGER_ORDERS_H
#define GATEWAY_PEERS_LEDGER_ORDERS_H

#include "runtime/rpc/client.h"

struct ledger_orders;

struct ledger_orders *ledger_orders_new(struct rpc_client *ledger);

/* One order, as its own rpc takes it. */
struct ledger_order {
    const ProtobufCServiceDescriptor *service;
    unsigned method_index;
    const ProtobufCMessage *request;
    const struct rpc_header *headers;
    const char *key; /* of the replica (rpc_call_options) */
    int64_t let_in;  /* GW-03, as a header says it: the freezes that were known, and one; 0: none
                        stops it */
};

/* Whether the request is an order. */
bool ledger_orders_take(const ProtobufCMessageDescriptor *request);

/* As rpc_client_call. *response may stand for bytes: nothing can be read from it. */
enum failure ledger_orders_settle(struct task *task, struct ledger_orders *orders,
                                  const struct ledger_order *order, ProtobufCMessage **response,
                                  struct rpc_status *status) must_check;

#endif
