/* Approvals without a caller: what was approved is carried out by a saga, and what waited too long
 * is over. */
#ifndef GATEWAY_JOBS_APPROVAL_JOB_H
#define GATEWAY_JOBS_APPROVAL_JOB_H

#include "gateway/gateway.h"

void approval_sweep_start(struct gateway *gateway, struct loop *loop);

#endif
