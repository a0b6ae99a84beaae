/* How much a source can take back of what it gave, by one order now (D.7). */
#ifndef LEDGER_SERVICE_REVOCABLE_H
#define LEDGER_SERVICE_REVOCABLE_H

#include "ledger/batch/batcher.h"
#include "ledger/v1/balance.pb-c.h"
#include "runtime/rpc/call.h"

struct revocable {
    Ledger__V1__Allowance *allowance;
    char *currency; /* of the source */
};

/* By an order of a kind that takes back; only its kind and its two accounts are said. */
int revocable_read(struct call *call, struct batch_item *item, struct revocable *revocable);

#endif
