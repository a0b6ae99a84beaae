/* Changes outside of batches: accounts opened, their facts, credit lines; one at a time, under
 * the lock of the company's chain. */
#ifndef LEDGER_STORE_ACCOUNT_STORE_H
#define LEDGER_STORE_ACCOUNT_STORE_H

#include "ledger/domain/account_facts.h"
#include "ledger/domain/facts.h"
#include "runtime/database/once.h"

/* Whether a request id became an entry (call_once_look_elsewhere). The company's chain is locked,
 * so that no order takes the id meanwhile, and has a new revision, so that one that waits looks
 * again. */
enum failure account_store_find_order(struct transaction *transaction, const struct once_key *key,
                                      bool *is_taken) must_check;

/* Locks what the company has here; begins its chain when it has nothing yet. */
enum failure account_store_open_company(struct transaction *transaction, struct id company_id,
                                        int64_t now_us) must_check;

/* Opens the account, and its company. *opened is false when it was there. */
enum failure account_store_open(struct transaction *transaction, const struct account *account,
                                bool *opened) must_check;

/* An account under lock; nothing else of it is set when it was not found. */
struct locked_account {
    bool found;
    struct account account;
};

/* Locks what the company has here and reads the account; of one that has moved out of a chain of
 * its own, that chain and the one where it is. */
enum failure account_store_lock(struct transaction *transaction, struct id company_id,
                                struct id account_id, struct locked_account *locked) must_check;

/* Keeps the facts that rules depend on, and the suspension that follows from them. */
enum failure account_store_update_facts(struct transaction *transaction,
                                        const struct locked_account *locked) must_check;

/* Locks the account wherever it is. */
enum failure account_store_find(struct transaction *transaction, struct id account_id,
                                struct locked_account *found) must_check;

/* Moves an account out of a chain of its own into that of a company, both of which are locked.
 * *moved is false when it has entries. */
enum failure account_store_move(struct transaction *transaction, const struct account *account,
                                struct id company_id, bool *moved) must_check;

/* The line of a company that is locked; without one it is of zero. */
enum failure account_store_lock_credit_line(struct transaction *transaction, struct id company_id,
                                            const char *currency,
                                            struct credit_line *line) must_check;

/* Sets the line of a company that is open. */
enum failure account_store_set_credit_line(struct transaction *transaction, struct id company_id,
                                           const char *currency, int64_t line_micros) must_check;

/* *found is false when no contract of it was confirmed. */
enum failure account_store_read_confirmed_limit(struct reader reader, const struct account *account,
                                                int64_t *limit_micros, bool *found) must_check;

/* The line whose company and currency are given; as it is given when the company has none yet. */
enum failure account_store_read_credit_line(struct reader reader,
                                            struct credit_line *line) must_check;

#endif
