/* A look for accounts that moved their cash out and live on credit (E23). */
#ifndef LEDGER_STORE_RISK_STORE_H
#define LEDGER_STORE_RISK_STORE_H

#include "ledger/domain/account.h"
#include "runtime/database/database.h"

#define RISK_LOOK_MAX 1000 /* accounts of one look, however few of them match */

struct credit_risk {
    struct account account;
    int64_t moved_us; /* when its last own cash was transferred */
};

struct credit_risks {
    struct credit_risk *items; /* lent by the task's arena */
    size_t count;
    struct id last_id; /* the last account that was looked at; nil: there was none */
    bool goes_on;      /* others may follow it */
};

/* Newest accounts first, from below one on; whose cash was moved, and that owe. */
enum failure risk_store_look(struct reader reader, struct id before_id, int64_t now_us,
                             struct credit_risks *risks) must_check;

#endif
