/* The way of one order through one rpc: read, batched, answered as it was kept. */
#ifndef LEDGER_SERVICE_ORDER_CALL_H
#define LEDGER_SERVICE_ORDER_CALL_H

#include "ledger/service/reading.h"
#include "runtime/rpc/call.h"

/* Settles what was read and fills in the response; a replay says so in the trailer
 * "kontor-replayed". */
int order_call(struct call *call, struct reading_problems problems, struct batch_item *item,
               ProtobufCMessage *response);

/* The same as far as the verdict, which is in the item: 0 says that there is one. */
int order_settle(struct call *call, struct batch_item *item);

/* Says all that keeps an order from being read. */
int order_unreadable(struct call *call, struct reading_problems problems);

/* A unary rpc whose request is an order of ORDER_MESSAGES: defines <name>_call and the adapter
 * <name>. */
#define ORDER_RPC(name, Service, member, Request, Response)                               \
    static int name##_call(struct call *call, const Request *request, Response *response) \
    {                                                                                     \
        struct batch_item item;                                                           \
        struct reading_problems problems =                                                \
            order_read_##member(request, reading_caller_of(call), &item);                 \
        return order_call(call, problems, &item, &response->base);                        \
    }                                                                                     \
    RPC_UNARY(name, Service, Request, Response)

#endif
