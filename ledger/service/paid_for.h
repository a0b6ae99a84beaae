/* Purchases and holds for an account on another one's money, as that account orders and sees them
 * (LED-20). */
#ifndef LEDGER_SERVICE_PAID_FOR_H
#define LEDGER_SERVICE_PAID_FOR_H

#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/purchase.pb-c.h"
#include "runtime/rpc/call.h"

int order_from_agent(struct call *call, const Ledger__V1__OrderFromAgentRequest *request,
                     Ledger__V1__OrderFromAgentResponse *response);
int hold_from_agent(struct call *call, const Ledger__V1__HoldFromAgentRequest *request,
                    Ledger__V1__HoldFromAgentResponse *response);

struct list_paid_for;
int list_paid_for(struct call *call, const struct list_paid_for *request,
                  Ledger__V1__ListPaidForResponse *response);

#endif
