/* Balances of accounts, now and at a moment of the past (D.1, D.5, D.6). */
#ifndef LEDGER_SERVICE_BALANCE_READ_H
#define LEDGER_SERVICE_BALANCE_READ_H

#include "ledger/service/account_request.h"

int get_balance(struct call *call, const struct get_balance *request,
                Ledger__V1__GetBalanceResponse *response);
int get_balances(struct call *call, const struct get_balances *request,
                 Ledger__V1__GetBalancesResponse *response);

#endif
