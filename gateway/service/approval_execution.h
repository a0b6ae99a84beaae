/* Carries out what was approved; as a saga's kind does (jobs/saga.h). */
#ifndef GATEWAY_SERVICE_APPROVAL_EXECUTION_H
#define GATEWAY_SERVICE_APPROVAL_EXECUTION_H

#include "gateway/gateway.h"

enum failure approval_carry_out(struct task *task, struct gateway *gateway, struct id approval_id,
                                const char **outcome) must_check;

#endif
