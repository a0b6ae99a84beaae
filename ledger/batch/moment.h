/* The moment at which a batch is judged, and what hangs on it: the month of each cap (LED-31). */
#ifndef LEDGER_BATCH_MOMENT_H
#define LEDGER_BATCH_MOMENT_H

#include "ledger/domain/billing_period.h"
#include "ledger/domain/facts.h"
#include "runtime/database/database.h"

/* All orders of a company are judged at one moment of its clock, which is none after the moment up
 * to which expired holds were read. */
void moment_look_at_clocks(struct facts *facts, int64_t foremost_us);

/* Where the month that was counted last is over, the next one begins: that of now in the billing
 * zone of the cap's account, by the clock of the cap's chain. */
enum failure moment_turn_months(struct transaction *transaction, struct facts *facts) must_check;

/* The month of a moment, by the zones that the account is billed by. */
enum failure moment_find_month(struct transaction *transaction, struct id account_id, int64_t at_us,
                               struct billing_span *month) must_check;

#endif
