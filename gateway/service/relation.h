/* The relation in which an account is a customer (B.5), where an order rests on it: identity is
 * asked each time, and the ledger hears of it before the order, for identity's event may come
 * later. */
#ifndef GATEWAY_SERVICE_RELATION_H
#define GATEWAY_SERVICE_RELATION_H

#include "gateway/peers/identity_peer.h"
#include "gateway/service/exchange.h"

/* 0, whether there is one or not. */
int relation_ask(struct exchange *exchange, const char *customer_id,
                 struct identity_relation *relation);
int relation_tell(struct exchange *exchange, const struct identity_relation *relation);

/* Of that partner. */
bool relation_is_of(const struct identity_relation *relation, const char *agent_id);

#endif
