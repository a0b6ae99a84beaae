/* The no to an act that ceilings bound, in all its terms. */
#ifndef GATEWAY_SERVICE_CEILING_REFUSAL_H
#define GATEWAY_SERVICE_CEILING_REFUSAL_H

#include "gateway/service/ceiling_act.h"
#include "gateway/service/exchange.h"

/* 0: there is none. */
int ceiling_refuse(struct exchange *exchange, const struct ceiling_act *act);

#endif
