/* Which month the caps of a batch count (LED-31): that of now in the account's billing zone. */
#ifndef LEDGER_BATCH_CAP_MONTHS_H
#define LEDGER_BATCH_CAP_MONTHS_H

#include "ledger/domain/billing_period.h"
#include "ledger/domain/cap.h"
#include "runtime/database/database.h"

/* The month of a moment, by the zones that the account is billed by. */
enum failure cap_month_find(struct transaction *transaction, struct id account_id, int64_t at_us,
                            struct billing_span *month) must_check;

/* Begins a new one where the month that was counted last is over, by the clock of each cap's chain;
 * the chains know the time. */
enum failure cap_months_turn(struct transaction *transaction, struct facts *facts) must_check;

#endif
