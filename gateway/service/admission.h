/* Whether a call may come in: rate → session → access → account → form → company. */
#ifndef GATEWAY_SERVICE_ADMISSION_H
#define GATEWAY_SERVICE_ADMISSION_H

#include "gateway/service/exchange.h"

/* Before there is any request: whose session it is and whether it may call now, so that strangers
 * hold no stream. */
int admission_greet(struct exchange *exchange);

/* Whether the request may go on; fills in the account and the company that it is about. */
int admission_check(struct exchange *exchange);

#endif
