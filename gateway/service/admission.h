/* Whether a call may come in: rate → session → access → account → form → freeze → company. */
#ifndef GATEWAY_SERVICE_ADMISSION_H
#define GATEWAY_SERVICE_ADMISSION_H

#include "gateway/service/exchange.h"

/* Before there is any request: whose session it is and whether it may call now, so that strangers
 * hold no stream. */
int admission_greet(struct exchange *exchange);

/* The principal's roles in the request's account now, for an act without a caller. */
int admission_resolve_principal(struct exchange *exchange, struct id principal_id);

/* Whether such an act may go on: by the principal's roles now. */
int admission_repeat(struct exchange *exchange, struct id principal_id);

/* For an act that is under way: by whom and of which company it is, whatever they may do now. */
int admission_recall(struct exchange *exchange, struct id principal_id);

/* Whether the request may go on; fills in the account and the company that it is about. */
int admission_check(struct exchange *exchange);

/* The session as it is by now, and how the other accounts stand: accounts were frozen since. */
int admission_look_again(struct exchange *exchange);

/* Whether a call of a route needs a factor to be proved first (ID-32), by the exchange's session.
 */
enum step_up_verdict admission_step_up(const struct exchange *exchange, const struct route *route);

/* 0, or MFA_REQUIRED is said. */
int admission_check_step_up(struct exchange *exchange, const struct route *route);

#endif
