/* Calls after which a session that was resolved a moment ago may not be what it was: it ended, has
 * another token, its principal other roles (ID-34), or its account another policy (ID-43). */
#ifndef GATEWAY_DOMAIN_SESSION_END_H
#define GATEWAY_DOMAIN_SESSION_END_H

#include <stdbool.h>

#include "gateway/domain/route.h"

bool session_end_may_follow(const struct route *route);

#endif
