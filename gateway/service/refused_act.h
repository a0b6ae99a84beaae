/* Keeps what the gateway itself refused to somebody who is known (GW-07, domain/act.h): no peer
 * heard of it. */
#ifndef GATEWAY_SERVICE_REFUSED_ACT_H
#define GATEWAY_SERVICE_REFUSED_ACT_H

#include "gateway/service/exchange.h"

/* no: what the exchange came to. It is what comes back, or the failure to keep the act: then the
 * caller is told to come again, for nothing was done. */
int refused_act_keep(struct exchange *exchange, int no);

/* The same of an order among others, which is refused by itself. */
struct refused_order {
    const struct route *route; /* of its own rpc */
    const ProtobufCMessage *request;
    const char *reason;
};
enum failure refused_act_keep_order(struct exchange *exchange,
                                    const struct refused_order *refused) must_check;

#endif
