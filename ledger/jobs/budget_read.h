/* The facts that an account's budgets are judged by (LED-36), as they stand. */
#ifndef LEDGER_JOBS_BUDGET_READ_H
#define LEDGER_JOBS_BUDGET_READ_H

#include "ledger/domain/budget.h"
#include "runtime/database/database.h"

/* Of each kind of period, read when a budget asks for it first. */
struct budget_reading {
    const struct account *account; /* as it was read by the clock of its company at now_us */
    int64_t now_us;
    bool is_read[BUDGET_PERIOD_END];
    struct budget_facts facts[BUDGET_PERIOD_END];
};

enum failure budget_read(struct reader reader, enum budget_period period,
                         struct budget_reading *reading) must_check;

#endif
