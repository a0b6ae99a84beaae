/* The account's side of what it lacks before it may buy (ID-07, ID-08, GW-14), asked of identity
 * and payments. */
#ifndef GATEWAY_SERVICE_READINESS_H
#define GATEWAY_SERVICE_READINESS_H

#include "gateway/domain/blocker.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/service/exchange.h"
#include "gateway/v1/readiness.pb-c.h"

struct readiness {
    struct readiness_facts facts;
    struct identity_account account;
    const char *currency; /* "" before it is set */
};

/* Whose real name such a request asks beside the acting account's (ID-08, ID-19); "": nobody's. */
const char *readiness_user(const ProtobufCMessage *request);

/* Of the exchange's acting account, in a region; "": in any. */
int readiness_read(struct exchange *exchange, const char *region, struct readiness *readiness);

struct readiness_missing {
    size_t count; /* 0: ready */
    struct blocker_found found[BLOCKERS_MAX];
};

int readiness_find_missing(struct exchange *exchange, const char *region,
                           struct readiness_missing *missing);

/* Refuses the call with all of it. */
int readiness_refuse(struct exchange *exchange, const struct readiness_missing *missing);

/* Refuses it with all that the account's channel demands before such acts, and that it lacks. */
int readiness_demand_policy(struct exchange *exchange, unsigned acts);

/* For people, in the arena. */
Gateway__V1__MissingStep **
readiness_to_message(struct arena *arena, const struct readiness_missing *missing, size_t *count);

#endif
