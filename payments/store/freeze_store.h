/* The fence of freezes (GW-03): a number that only rises. */
#ifndef PAYMENTS_STORE_FREEZE_STORE_H
#define PAYMENTS_STORE_FREEZE_STORE_H

#include "runtime/database/database.h"

/* It stays there until the transaction ends. */
enum failure freeze_store_share(struct transaction *transaction, int64_t *fence_epoch) must_check;

/* Waits for the transactions that share it. */
enum failure freeze_store_raise(struct reader reader, int64_t epoch) must_check;

#endif
