/* The zones by which an account is billed, ready to count with. */
#ifndef LEDGER_BATCH_BILLING_ZONES_H
#define LEDGER_BATCH_BILLING_ZONES_H

#include "ledger/store/billing_zone_store.h"
#include "runtime/loop/task.h"

/* FAILURE_UNAVAILABLE: the database of time zones has one no more, or is gone. */
enum failure billing_zones_find(struct task *task, const struct dated_zones *dated,
                                struct billing_zones *zones) must_check;

#endif
