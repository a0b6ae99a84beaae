/* Calls after which a session that was resolved a moment ago may not be what it was: it ended, has
 * another token, its principal other roles (ID-34), or its account another policy (ID-43). */
#ifndef GATEWAY_DOMAIN_SESSION_END_H
#define GATEWAY_DOMAIN_SESSION_END_H

#include "gateway/domain/route.h"

enum session_end {
    SESSION_END_NONE,  /* nothing changed */
    SESSION_END_TOKEN, /* the session of the token that was named */
    SESSION_END_ALL,   /* some, and the call does not tell which */
};

/* code: of the answer, CODE_OK when it is done, negative when nobody knows. */
enum session_end session_end_of(const struct route *route, int code);

#endif
