/* The steps that an account lacks before it may buy (ID-07, ID-08), asked of identity and payments.
 */
#ifndef GATEWAY_SERVICE_READINESS_H
#define GATEWAY_SERVICE_READINESS_H

#include "gateway/domain/readiness.h"
#include "gateway/service/exchange.h"

struct readiness_missing {
    size_t count; /* 0: ready */
    enum readiness_step steps[READINESS_STEPS_MAX];
};

/* Of the exchange's acting account, in a region; "": in any. */
int readiness_find_missing(struct exchange *exchange, const char *region,
                           struct readiness_missing *missing);

#endif
