/* StreamOrders: several messages of a stream are settled at once, and answered in their order. */
#ifndef LEDGER_SERVICE_ORDER_STREAM_H
#define LEDGER_SERVICE_ORDER_STREAM_H

#include "runtime/rpc/call.h"

int order_service_stream_orders_call(struct call *call);

#endif
