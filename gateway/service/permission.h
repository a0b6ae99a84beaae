/* The decision on a permission as it is told (ID-36). */
#ifndef GATEWAY_SERVICE_PERMISSION_H
#define GATEWAY_SERVICE_PERMISSION_H

#include "gateway/service/exchange.h"
#include "gateway/v1/permission.pb-c.h"

/* Of whoever has the session. */
Gateway__V1__PermissionCheck *permission_check(struct call *call,
                                               const struct identity_session *session,
                                               const struct route *route);

#endif
