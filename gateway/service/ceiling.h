/* Acts under the account's ceilings (PAY-26): each is counted in its principal's day before it is
 * passed on, all acts of a call in one transaction that has the account's ceilings to itself, so
 * two at once never pass together what one of them may not. */
#ifndef GATEWAY_SERVICE_CEILING_H
#define GATEWAY_SERVICE_CEILING_H

#include "gateway/service/ceiling_act.h"
#include "gateway/service/exchange.h"

/* Counts those that are kept; a repeated one counts once. One that may wait for approvers counts
 * from then on. */
int ceilings_count(struct exchange *exchange, struct ceiling_act *acts, size_t count);

/* The no that an act would hear now; nothing is counted. */
int ceiling_preview(struct exchange *exchange, struct ceiling_act *act);

/* Acts that were not done count no more. A failure is logged: then they count until the day ends.
 */
void ceilings_give_back(struct exchange *exchange, const ProtobufCMessage *const *requests,
                        size_t count);

/* Forwards the exchange's request under the ceilings. */
int ceiling_forward(struct exchange *exchange);

/* Forwards one that others approved: it was counted when it was asked for. */
int ceiling_carry_out(struct exchange *exchange);

#endif
