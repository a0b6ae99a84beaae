/* The fence of freezes (GW-03): a number that only rises, in places that batches hold. */
#ifndef LEDGER_STORE_FREEZE_STORE_H
#define LEDGER_STORE_FREEZE_STORE_H

#include "runtime/database/database.h"

#define FREEZE_PLACES 16

/* Waits for the batches that hold it. */
enum failure freeze_store_raise(struct reader reader, int64_t epoch) must_check;

#endif
