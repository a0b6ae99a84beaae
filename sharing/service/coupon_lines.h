/* Coupons that pay for lines of usage: the coverage service's, which have a file of their own. */
#ifndef SHARING_SERVICE_COUPON_LINES_H
#define SHARING_SERVICE_COUPON_LINES_H

#include "runtime/idempotency/call_once.h"
#include "sharing/service/coverage_request.h"

void apply_coupons_read(struct call *call, const Sharing__V1__ApplyCouponsRequest *message,
                        struct apply_coupons *request);
int apply_coupons(struct mutation *mutation, const struct apply_coupons *request,
                  Sharing__V1__ApplyCouponsResponse *response);
void return_to_coupons_read(struct call *call, const Sharing__V1__ReturnToCouponsRequest *message,
                            struct return_to_coupons *request);
int return_to_coupons(struct mutation *mutation, const struct return_to_coupons *request,
                      Sharing__V1__ReturnToCouponsResponse *response);

#endif
