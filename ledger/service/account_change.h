/* A change of an account's facts outside of batches, under the lock of its company's chain. */
#ifndef LEDGER_SERVICE_ACCOUNT_CHANGE_H
#define LEDGER_SERVICE_ACCOUNT_CHANGE_H

#include "ledger/store/account_store.h"
#include "runtime/idempotency/call_once.h"

/* Keeps the facts as they are by now; tells that services stopped or resumed by them, as an order
 * does (D.8). */
enum failure account_change_keep(struct mutation *mutation,
                                 struct locked_account *locked) must_check;

#endif
