/* Reads of the audit: a company at one moment, and stretches of its chain, which never changes.
 */
#ifndef LEDGER_STORE_AUDIT_STORE_H
#define LEDGER_STORE_AUDIT_STORE_H

#include "ledger/domain/entry.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

struct audited_company {
    struct id company_id;
    int64_t length; /* -1: the head of the chain is gone */
    int64_t recorded_us;
    uint8_t hash[ENTRY_HASH_SIZE];
};

/* The next company after one; company_id nil: of all. *found false: no more. */
enum failure audit_store_next_company(struct reader reader, struct id after, struct id only,
                                      struct audited_company *company, bool *found) must_check;

/* Everything that is compared by folding, in one snapshot, and the head of the chain as of then. */
struct audited_facts {
    struct audited_company company;
    struct id account_id; /* of this account alone: then unbalanced, credit and sums stay empty;
                             nil: of all */
    int64_t accounts, entries, postings;
    /* Rows of the queries audit_…; kept is what stands there, told what it folds to. */
    struct rows unbalanced, versions, balances, lots, holds, frozen, bills, purchases, credit,
        quotas, suspense, sums;
};
enum failure audit_store_read_facts(struct reader reader, struct id company_id,
                                    struct id account_id, struct audited_facts *facts) must_check;

/* The first account of a company; nil: there is none. */
enum failure audit_store_find_main_account(struct reader reader, struct id company_id,
                                           struct id *account_id) must_check;

/* Entries in (after, to], each once for each of its postings. */
enum failure audit_store_read_chain(struct reader reader, struct id company_id, int64_t after,
                                    int64_t to, struct rows *rows) must_check;

#endif
