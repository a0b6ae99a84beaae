/* Prices on the wire. */
#ifndef LEDGER_SERVICE_PRICE_MESSAGE_H
#define LEDGER_SERVICE_PRICE_MESSAGE_H

#include "ledger/domain/price_book.h"
#include "ledger/v1/price.pb-c.h"
#include "runtime/rpc/call.h"

/* The fields "sku_id" and "region_id". */
void price_field_sku(struct call *call, const char *sku_id);
void price_field_region(struct call *call, const char *region_id);

/* field: "prices[3]". Adds a violation for all that keeps it from being one; its begin is 0 when
 * none is named. */
void price_read(struct call *call, const char *field, const Ledger__V1__NewPrice *message,
                struct dated_price *price);

Ledger__V1__Price *price_to_message(struct arena *arena, const struct dated_price *price);

Ledger__V1__ChargeStep **charge_steps_to_message(struct arena *arena, const struct charge *charge);

#endif
