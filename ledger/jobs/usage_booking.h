/* Sends the orders of folds that were rated, and keeps what became of them. Each has the fold's id
 * for its request id, so it is booked once, whoever sends it how often. */
#ifndef LEDGER_JOBS_USAGE_BOOKING_H
#define LEDGER_JOBS_USAGE_BOOKING_H

#include "ledger/ledger.h"

/* All that are to be sent; one that fails keeps out no other. */
enum failure usage_booking_send(struct task *task, struct ledger *ledger) must_check;

#endif
