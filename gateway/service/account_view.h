/* The list of accounts, which has a file of its own. */
#ifndef GATEWAY_SERVICE_ACCOUNT_VIEW_H
#define GATEWAY_SERVICE_ACCOUNT_VIEW_H

#include "gateway/service/exchange.h"
#include "gateway/service/overview_request.h"

int list_accounts(struct exchange *exchange, const struct list_accounts *request,
                  Gateway__V1__ListAccountsResponse *response);

#endif
