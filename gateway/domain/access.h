/* Access: may this caller use this route? Decided before anything of the request is looked at, so
 * that a refusal tells a stranger nothing. Identity says at every call which roles a caller has;
 * this only decides. */
#ifndef GATEWAY_DOMAIN_ACCESS_H
#define GATEWAY_DOMAIN_ACCESS_H

#include <stdbool.h>

#include "gateway/domain/custom_role.h"
#include "gateway/domain/role.h"
#include "gateway/domain/route.h"
#include "runtime/base/refusal.h"

#define ACCESS_REFUSALS(X)                                                      \
    X(ACCESS_SESSION_REQUIRED, NEVER, CODE_UNAUTHENTICATED, "SESSION_REQUIRED", \
      "Log in first; no session came with the call.")                           \
    X(ACCESS_DENIED, NEVER, CODE_PERMISSION_DENIED, "PERMISSION_DENIED",        \
      "The session may not do this in this account.")                           \
    X(ACCESS_PERSON_REQUIRED, NEVER, CODE_PERMISSION_DENIED, "PERSON_REQUIRED", \
      "Only a person may do this; a program's key does not.")                   \
    X(ACCESS_OUT_OF_SCOPE, NEVER, CODE_PERMISSION_DENIED, "KEY_SCOPE",          \
      "The key's scope does not hold this.")

enum access_verdict { ACCESS_GRANTED = 0, ACCESS_REFUSALS(REFUSAL_ENUM) };

/* The caller: what a resolved session or key may do in the acting account. */
struct access_holder {
    unsigned roles;
    unsigned inherited; /* those of them that hold by a grant above the account (GW-13) */
    struct custom_roles custom;
    const struct role_patterns *scope; /* of a program's key; NULL: a person */
    unsigned given;                    /* those of them that were given in the account itself */
    bool owns;                         /* opened the account, or took it over */
    bool is_partners; /* the roles are those in the account's partner, for which it acts (B.5) */
    unsigned terms;   /* what the relation permits then (partner.h) */
};

/* Every person may call it, about nobody but themselves. */
bool access_is_about_oneself(const struct route *route);

/* holder: NULL when no session or key came. */
enum access_verdict access_decide(const struct route *route, const struct access_holder *holder);

/* GW-05: whether what is granted is granted only by roles that must not see raw billing data. */
bool access_is_masked(const struct route *route, const struct access_holder *holder);

/* ID-36: HIDDEN where nothing of that thing may be done; DENY where something of it may. */
enum access_outcome { ACCESS_ALLOW, ACCESS_DENY, ACCESS_HIDDEN };

struct access_answer {
    enum access_outcome outcome;
    unsigned role; /* the one that decided; 0: none has it, it is everybody's, or: */
    const struct custom_role *custom;
    bool denies;    /* that role denies it, whatever others allow */
    bool by_key;    /* the key denies what the roles allow */
    bool is_masked; /* allowed, without raw billing data (GW-05) */
};

/* The same decision for a caller with a session or key, with the rule that made it. */
struct access_answer access_explain(const struct route *route, const struct access_holder *holder);

const struct refusal *access_refusal(enum access_verdict verdict);

#endif
