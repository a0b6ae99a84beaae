/* The sweep of accounts that time alone changes: an override that ends (LED-19), a bill that falls
 * due (D.8), and each account once a day (LED-05). Services that stop or resume and bills that fall
 * due are told as after an order. */
#ifndef LEDGER_JOBS_EVALUATION_SWEEP_H
#define LEDGER_JOBS_EVALUATION_SWEEP_H

#include "ledger/ledger.h"

#define EVALUATION_SWEEP_INTERVAL_MS 1000

enum failure evaluation_sweep(struct task *task, void *ledger) must_check;

#endif
