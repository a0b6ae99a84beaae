/* Sends the orders of folds that were rated, and keeps what became of them. Each has the fold's id
 * for its request id, so it is booked once, whoever sends it how often. */
#ifndef LEDGER_JOBS_USAGE_BOOKING_H
#define LEDGER_JOBS_USAGE_BOOKING_H

#include "ledger/ledger.h"

#define USAGE_BOOKING_INTERVAL_MS 1000

/* context: struct ledger *. */
enum failure usage_booking(struct task *task, void *context);

#endif
