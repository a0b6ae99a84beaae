/* Reads of the audit: a company at one moment, its chain stretch by stretch. */
#ifndef LEDGER_STORE_AUDIT_STORE_H
#define LEDGER_STORE_AUDIT_STORE_H

#include "ledger/domain/audit_fold.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

/* The next company after one; only: this one, unless nil. *found false: no more. */
enum failure audit_store_next_company(struct reader reader, struct id after, struct id only,
                                      struct id *company_id, bool *found) must_check;

/* Accounts that are folded in one pass along the chain; a company with more has more passes. */
#define AUDIT_ACCOUNTS_MAX 65536

/* Everything that is compared, in one snapshot. */
struct audited_facts {
    struct id company_id;
    struct id account_id; /* of this account alone: then the chain is not checked, and credit and
                             sums stay empty; nil: of all */
    int64_t chain;        /* 0: no entries */
    int64_t accounts;
    struct audit_fold fold;
    /* Rows of the queries audit_…; kept is what stands there, told what it folds to. */
    struct rows postings, lots, holds, frozen, bills, purchases, credit, quotas, suspense, transits,
        actors, grants, moves;
};

/* Fills facts, of which the ids are given, in the reader's arena. */
enum failure audit_store_read_facts(struct reader reader, struct audited_facts *facts) must_check;

/* The first account of a company; nil: there is none. */
enum failure audit_store_find_main_account(struct reader reader, struct id company_id,
                                           struct id *account_id) must_check;

#endif
