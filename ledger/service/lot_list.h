/* The lots that still hold money (D.2). */
#ifndef LEDGER_SERVICE_LOT_LIST_H
#define LEDGER_SERVICE_LOT_LIST_H

#include "ledger/service/account_request.h"

int list_lots(struct call *call, const struct list_lots *request,
              Ledger__V1__ListLotsResponse *response);

#endif
