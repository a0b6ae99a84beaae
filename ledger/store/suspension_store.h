/* Runners that acknowledged suspensions, and suspensions that none did (A.6). */
#ifndef LEDGER_STORE_SUSPENSION_STORE_H
#define LEDGER_STORE_SUSPENSION_STORE_H

#include "ledger/domain/suspension.h"
#include "runtime/database/database.h"

struct acknowledgement {
    const char *runner;
    int64_t acknowledged_us;
};

/* Of the account's last turn; the chain of its company is locked. */
enum failure suspension_store_acknowledge(struct transaction *transaction,
                                          const struct account *account,
                                          const struct acknowledgement *said) must_check;

struct acknowledgement_list {
    struct acknowledgement *items; /* lent by the task's arena */
    size_t count;
};
enum failure suspension_store_list(struct reader reader, const struct account *account,
                                   struct acknowledgement_list *list) must_check;

/* Accounts of which nothing is filled in but what a suspension is made of. */
struct unacknowledged_list {
    struct account *items;
    size_t count;
};
enum failure suspension_store_list_unacknowledged(struct reader reader, struct id before_id,
                                                  size_t limit,
                                                  struct unacknowledged_list *list) must_check;

#endif
