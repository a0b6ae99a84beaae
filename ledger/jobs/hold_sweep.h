/* The sweep of holds whose time has come. A hold stops counting at its very moment, whoever looks;
 * the sweep only books the end. */
#ifndef LEDGER_JOBS_HOLD_SWEEP_H
#define LEDGER_JOBS_HOLD_SWEEP_H

#include "ledger/ledger.h"

#define HOLD_SWEEP_INTERVAL_MS 1000

enum failure hold_sweep(struct task *task, void *ledger) must_check;

#endif
