/* Keeps the move of an account with entries: both chains are locked, and it is one transaction. */
#ifndef LEDGER_STORE_MOVING_STORE_H
#define LEDGER_STORE_MOVING_STORE_H

#include "ledger/domain/moving.h"
#include "runtime/database/database.h"

/* The account as it stands in its own chain, and where it goes. */
struct moving_wanted {
    const struct account *account;
    struct id company_id;
    const struct actor *actor; /* NULL: nobody */
    int64_t now_us;            /* by the clock of our own work */
};

/* *refusal: why it stays where it is; nothing was done then. */
enum failure moving_store_move(struct transaction *transaction, const struct moving_wanted *wanted,
                               const struct refusal **refusal) must_check;

#endif
