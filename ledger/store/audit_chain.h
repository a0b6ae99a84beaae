/* One walk of the audit along a chain, inside its transaction: however long the chain is, two
 * stretches of it are in memory, one that is folded and one that PostgreSQL reads meanwhile. */
#ifndef LEDGER_STORE_AUDIT_CHAIN_H
#define LEDGER_STORE_AUDIT_CHAIN_H

#include "ledger/domain/audit_fold.h"
#include "runtime/database/database.h"

/* Gives the fold every entry, those behind the head too. chain: its number; 0: there is none. */
enum failure audit_chain_walk(struct transaction *transaction, int64_t chain,
                              struct audit_fold *fold) must_check;

#endif
