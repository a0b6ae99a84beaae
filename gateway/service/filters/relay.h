/* A stream of a peer, passed on message by message: the next is asked for when the caller took the
 * last. */
#ifndef GATEWAY_SERVICE_FILTERS_RELAY_H
#define GATEWAY_SERVICE_FILTERS_RELAY_H

#include "gateway/service/exchange.h"

int relay(struct exchange *exchange);

#endif
