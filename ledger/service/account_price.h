/* The price of a SKU for an account, and what a quantity would be charged. */
#ifndef LEDGER_SERVICE_ACCOUNT_PRICE_H
#define LEDGER_SERVICE_ACCOUNT_PRICE_H

#include "ledger/v1/price.pb-c.h"
#include "runtime/rpc/call.h"

struct get_price;
void get_price_read(struct call *call, const Ledger__V1__GetPriceRequest *message,
                    struct get_price *request);
int get_price(struct call *call, const struct get_price *request,
              Ledger__V1__GetPriceResponse *response);

struct preview_charge;
void preview_charge_read(struct call *call, const Ledger__V1__PreviewChargeRequest *message,
                         struct preview_charge *request);
int preview_charge(struct call *call, const struct preview_charge *request,
                   Ledger__V1__PreviewChargeResponse *response);

#endif
