/* Removes what was counted under ceilings so long ago that no request of then comes again. */
#ifndef GATEWAY_JOBS_CEILING_SWEEP_H
#define GATEWAY_JOBS_CEILING_SWEEP_H

#include "gateway/gateway.h"
#include "runtime/loop/loop.h"

void ceiling_sweep_start(struct gateway *gateway, struct loop *loop);

#endif
