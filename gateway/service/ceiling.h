/* Acts under the account's ceilings (PAY-26): each is counted in its principal's day before it is
 * passed on, all acts of a call in one transaction that has the account's ceilings to itself, so
 * two at once never pass together what one of them may not. */
#ifndef GATEWAY_SERVICE_CEILING_H
#define GATEWAY_SERVICE_CEILING_H

#include "gateway/domain/ceiling.h"
#include "gateway/service/exchange.h"

/* One act: its request as it goes to the peer, and what was decided of it. */
struct ceiling_act {
    const struct route *route; /* of the rpc that takes such a request */
    const ProtobufCMessage *request;
    bool is_other_request; /* its id was counted with another request */
    enum ceiling_verdict verdict;
    struct ceiling_bound bound;
    int64_t used_micros; /* of the day, before it */
};

/* Whether a ceiling may bound such a request. */
bool ceiling_bounds(const ProtobufCMessage *request);

/* Counts those that are kept; a repeated one counts once. */
int ceilings_count(struct exchange *exchange, struct ceiling_act *acts, size_t count);

/* The no to an act; 0: there is none. */
int ceiling_refuse(struct exchange *exchange, const struct ceiling_act *act);

/* The no that an act would hear now; nothing is counted. */
int ceiling_preview(struct exchange *exchange, struct ceiling_act *act);

/* Acts that were not done count no more. A failure is logged: then they count until the day ends.
 */
void ceilings_give_back(struct exchange *exchange, const ProtobufCMessage *const *requests,
                        size_t count);

/* Forwards the exchange's request under the ceilings. */
int ceiling_forward(struct exchange *exchange);

#endif
