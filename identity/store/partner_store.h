/* Direct contracts with partners (ID-25). */
#ifndef IDENTITY_STORE_PARTNER_STORE_H
#define IDENTITY_STORE_PARTNER_STORE_H

#include "identity/domain/partner.h"
#include "runtime/database/database.h"

/* The account's last one; *found is false when it had none. The account is locked. */
enum failure partner_store_last(struct transaction *transaction, struct id account_id,
                                struct partner_contract *contract, bool *found) must_check;

enum failure partner_store_insert(struct transaction *transaction,
                                  const struct partner_contract *contract) must_check;
enum failure partner_store_end(struct transaction *transaction, struct id contract_id,
                               struct id ended_by, int64_t now_us) must_check;

struct partner_contracts {
    struct partner_contract *items; /* lent by the task's arena */
    size_t count;
};

/* Newest first; of all partners for a nil account. */
enum failure partner_store_list(struct reader reader, struct id account_id, struct id before_id,
                                size_t limit, struct partner_contracts *found) must_check;

#endif
