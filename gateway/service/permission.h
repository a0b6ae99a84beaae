/* The decision on a permission as it is told (ID-36). */
#ifndef GATEWAY_SERVICE_PERMISSION_H
#define GATEWAY_SERVICE_PERMISSION_H

#include "gateway/service/exchange.h"
#include "gateway/v1/permission.pb-c.h"

Gateway__V1__PermissionCheck *permission_check(struct exchange *exchange,
                                               const struct route *route);

#endif
