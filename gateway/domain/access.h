/* Access: may this caller use this route? Decided before anything of the request is looked at, so
 * that a refusal tells a stranger nothing. Identity says at every call which roles a caller has;
 * this only decides. */
#ifndef GATEWAY_DOMAIN_ACCESS_H
#define GATEWAY_DOMAIN_ACCESS_H

#include <stdbool.h>

#include "gateway/domain/role.h"
#include "gateway/domain/route.h"
#include "runtime/base/refusal.h"

#define ACCESS_REFUSALS(X)                                                      \
    X(ACCESS_SESSION_REQUIRED, NEVER, CODE_UNAUTHENTICATED, "SESSION_REQUIRED", \
      "Log in first; no session came with the call.")                           \
    X(ACCESS_DENIED, NEVER, CODE_PERMISSION_DENIED, "PERMISSION_DENIED",        \
      "The session may not do this in this account.")

enum access_verdict { ACCESS_GRANTED = 0, ACCESS_REFUSALS(REFUSAL_ENUM) };

/* roles: what a resolved session may do; session_present false when there is none. */
enum access_verdict access_decide(const struct route *route, bool session_present, unsigned roles);

/* ID-36: HIDDEN where nothing of that thing may be done; DENY where something of it may. */
enum access_outcome { ACCESS_ALLOW, ACCESS_DENY, ACCESS_HIDDEN };

struct access_answer {
    enum access_outcome outcome;
    unsigned role; /* the one that decided; 0: none has it, or it is everybody's */
    bool denies;   /* that role denies it, whatever others allow */
};

/* The same decision for a caller with a session, with the rule that made it. */
struct access_answer access_explain(const struct route *route, unsigned roles);

const struct refusal *access_refusal(enum access_verdict verdict);

#endif
