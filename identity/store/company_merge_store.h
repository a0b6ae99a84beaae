/* Companies with all their numbers, and the merge of two (ID-18, R9). */
#ifndef IDENTITY_STORE_COMPANY_MERGE_STORE_H
#define IDENTITY_STORE_COMPANY_MERGE_STORE_H

#include "identity/domain/company_merge.h"
#include "identity/domain/company_number.h"
#include "runtime/database/database.h"

struct known_number {
    struct id company_id; /* under which the company was known by it */
    const char *country, *scheme, *number;
    int64_t merged_us; /* 0: its first */
    const char *merge_reason;
};

/* Texts and numbers are lent by the task's arena. */
struct company {
    struct id company_id;
    struct id main_account_id; /* nil: none is verified */
    struct known_number *numbers;
    size_t count; /* 0: there is no such company */
    int64_t accounts;
};

/* By any id that it ever had, or, of a nil one, by any number. */
enum failure company_store_read(struct reader reader, struct id company_id,
                                const struct company_key *key, struct company *company) must_check;

struct company_pair {
    struct id company_id, merged_id;
    struct id main_account_id, merged_main_account_id; /* nil: none is verified */
};

/* Takes both until the transaction ends, under the lock of the structure, and reads all but the
 * operators. */
enum failure company_store_lock_pair(struct transaction *transaction, struct company_pair *pair,
                                     struct company_merge *merge) must_check;

struct moved_account {
    struct id submission_id, account_id;
    const char *country;
    enum company_scheme scheme;
};

struct moved_accounts {
    struct moved_account *items; /* lent by the task's arena */
    size_t count;
};

struct company_merging {
    struct company_pair pair;
    const char *reason;
    struct id operator_id, approver_id;
    int64_t now_us;
};

struct company_merged {
    struct company company; /* the one that stays, afterwards */
    struct moved_accounts accounts;
};

/* The accounts of the one come to the other, under its main account. */
enum failure company_store_merge(struct transaction *transaction,
                                 const struct company_merging *merging,
                                 struct company_merged *merged) must_check;

#endif
