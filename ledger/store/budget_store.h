/* Budgets (domain/budget.h), and which accounts are to be looked at for them. */
#ifndef LEDGER_STORE_BUDGET_STORE_H
#define LEDGER_STORE_BUDGET_STORE_H

#include "ledger/domain/budget.h"
#include "runtime/database/database.h"

struct budget_list {
    struct budget *items; /* lent by the task's arena; newest first */
    size_t count;
};

struct budget_page {
    struct id account_id, before_id;
    size_t limit;
};
enum failure budget_store_list(struct reader reader, const struct budget_page *page,
                               struct budget_list *list) must_check;

/* All of an account's. */
enum failure budget_store_read(struct reader reader, struct id account_id,
                               struct budget_list *list) must_check;

/* The same under the lock of the account's chain, without which none is made or changed. */
enum failure budget_store_read_locked(struct transaction *transaction, struct id account_id,
                                      struct budget_list *list) must_check;

enum failure budget_store_insert(struct transaction *transaction,
                                 const struct budget *budget) must_check;

/* Held until the transaction ends. */
enum failure budget_store_lock(struct transaction *transaction, struct id account_id,
                               struct id budget_id, struct budget *budget, bool *found) must_check;

/* Its amount and thresholds; it is looked at soon. */
enum failure budget_store_update(struct transaction *transaction,
                                 const struct budget *budget) must_check;
enum failure budget_store_delete(struct transaction *transaction, struct id account_id,
                                 struct id budget_id) must_check;

/* Keeps a look of the moment looked_us; *kept is false when the budget is another one by now. */
enum failure budget_store_keep_look(struct transaction *transaction, const struct budget *budget,
                                    bool *kept) must_check;

struct unbudgeted_chain {
    struct id company_id;
    int64_t budget_length;
    int64_t folded_length;
};
enum failure budget_store_list_chains(struct reader reader, struct id after_id, size_t limit,
                                      struct unbudgeted_chain **chains, size_t *count) must_check;

/* Those with budgets, of the entries after budget_length up to folded_length. */
enum failure budget_store_list_accounts(struct reader reader,
                                        const struct unbudgeted_chain *stretch,
                                        struct id **account_ids, size_t *count) must_check;
enum failure budget_store_note(struct reader reader,
                               const struct unbudgeted_chain *stretch) must_check;

struct budgeted_account {
    struct id company_id;
    struct id account_id;
};
/* Those of budgets that nobody looked at since. */
enum failure budget_store_list_due(struct reader reader, int64_t before_us, size_t limit,
                                   struct budgeted_account **accounts, size_t *count) must_check;

#endif
