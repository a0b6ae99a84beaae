/* Keeps what the gateway itself refused to somebody who is known (GW-07, domain/act.h): no peer
 * heard of it. */
#ifndef GATEWAY_SERVICE_REFUSED_ACT_H
#define GATEWAY_SERVICE_REFUSED_ACT_H

#include "gateway/service/exchange.h"

/* no: what the exchange came to. It is what comes back, or the failure to keep the act: then the
 * caller is told to come again, for nothing was done. */
int refused_act_keep(struct exchange *exchange, int no);

#endif
