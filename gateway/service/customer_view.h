/* A partner's customers, and sums over accounts (B.5), which have files of their own. */
#ifndef GATEWAY_SERVICE_CUSTOMER_VIEW_H
#define GATEWAY_SERVICE_CUSTOMER_VIEW_H

#include "gateway/service/exchange.h"
#include "gateway/service/overview_request.h"

int list_customers(struct exchange *exchange, const struct list_customers *request,
                   Gateway__V1__ListCustomersResponse *response);

/* ---- account_sum.c ---- */

int get_account_sums(struct exchange *exchange, const struct get_account_sums *request,
                     Gateway__V1__GetAccountSumsResponse *response);

#endif
