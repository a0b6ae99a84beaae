/* Messages about what covered and paid. */
#ifndef SHARING_SERVICE_COVERAGE_MESSAGE_H
#define SHARING_SERVICE_COVERAGE_MESSAGE_H

#include "sharing/service/sharing_service.h"
#include "sharing/store/coupon_line_store.h"
#include "sharing/v1/coverage.pb-c.h"

/* Of one piece, from a list that is ordered by pieces. */
Sharing__V1__PieceCoverage *coverage_to_message(struct call *call, struct id piece_id,
                                                const struct considered_list *list);
Sharing__V1__LinePayment *payment_to_message(struct call *call, struct id line_id,
                                             const struct kept_uses *uses);

#endif
