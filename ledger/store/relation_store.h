/* Relations as identity told of them: partners and their customers (R5); read and kept under the
 * lock of the agent's chain. */
#ifndef LEDGER_STORE_RELATION_STORE_H
#define LEDGER_STORE_RELATION_STORE_H

#include "ledger/domain/relation.h"
#include "runtime/database/database.h"

/* All but its id and ends; as it is given when nothing was told of it. */
enum failure relation_store_read(struct transaction *transaction,
                                 struct relation *relation) must_check;

enum failure relation_store_keep(struct transaction *transaction,
                                 const struct relation *relation) must_check;
enum failure relation_store_keep_risk(struct transaction *transaction,
                                      const struct relation *relation) must_check;

/* Whether a partner pays for the account, by whatever relation (LED-17). */
enum failure relation_store_is_paid_for(struct transaction *transaction, struct id account_id,
                                        bool *is_paid_for) must_check;

#endif
