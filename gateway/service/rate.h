/* How often may be called, asked where it is known who calls (S4): the source and the session
 * before the message is read, the account when it is sure that the caller may act there, the orders
 * of a bulk when they are counted. */
#ifndef GATEWAY_SERVICE_RATE_H
#define GATEWAY_SERVICE_RATE_H

#include "gateway/service/exchange.h"

/* The server's guard: headers are all it looks at. */
int rate_guard(struct call *call);

/* The session of the token was resolved just now, or is none any more. */
int rate_of_session(struct exchange *exchange);
void rate_forget_session(struct exchange *exchange);

/* One message of a stream, and what acts in the account; a stream is slowed down where a call would
 * be refused. */
int rate_of_message(struct exchange *exchange);
int rate_of_account(struct exchange *exchange);

/* count orders at once; or as many accounts of a list, of each of which identity is asked. */
int rate_of_orders(struct exchange *exchange, size_t count);

#endif
