/* Accounts that time alone may have changed: which, their facts under the lock of their company's
 * chain, what was found. */
#ifndef LEDGER_STORE_EVALUATION_STORE_H
#define LEDGER_STORE_EVALUATION_STORE_H

#include "ledger/domain/account.h"
#include "runtime/database/database.h"

#define EVALUATION_DAY_US (INT64_C(24) * 3600 * 1000 * 1000) /* LED-05 */

struct due_account {
    struct id company_id;
    struct id account_id;
};

/* Company by company, four times limit at most, without those of the companies left out. */
struct evaluation_wanted {
    int64_t now_us;
    const struct id *left_out;
    size_t left_out_count;
    size_t limit;
};
enum failure evaluation_store_list(struct reader reader, const struct evaluation_wanted *wanted,
                                   struct due_account **due, size_t *count) must_check;

/* Locks what the company has here, and makes every cache of it stale: its rows are about to move.
 * Waits for no lock for long. */
enum failure evaluation_store_lock(struct transaction *transaction,
                                   struct id company_id) must_check;

struct evaluated_account {
    struct account account;
    int64_t told_due_us; /* 0: none was told */
};

/* Accounts of one company, at one moment of its clock. */
struct evaluation_group {
    struct id company_id;
    const struct id *account_ids;
    size_t count;
    int64_t grace_us;
    int64_t now_us;
};
enum failure evaluation_store_read(struct transaction *transaction,
                                   const struct evaluation_group *group,
                                   struct evaluated_account **accounts, size_t *found) must_check;

enum failure evaluation_store_keep(struct transaction *transaction,
                                   const struct evaluated_account *accounts, size_t count,
                                   int64_t now_us) must_check;

#endif
