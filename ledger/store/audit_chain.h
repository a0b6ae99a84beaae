/* One walk of the audit along a chain, inside its transaction: however long the chain is, two
 * stretches of it are in memory, one that is folded and one that PostgreSQL reads meanwhile. */
#ifndef LEDGER_STORE_AUDIT_CHAIN_H
#define LEDGER_STORE_AUDIT_CHAIN_H

#include "ledger/domain/audit_fold.h"
#include "runtime/database/database.h"

struct audit_walk {
    int64_t chain; /* its number; 0: there is none */
    bool with_ids; /* of accounts: the fold does not know them all */
};

/* Gives the fold every entry, those behind the head too. */
enum failure audit_chain_walk(struct transaction *transaction, const struct audit_walk *walk,
                              struct audit_fold *fold) must_check;

#endif
