/* One company under audit: everything that is kept is folded again from entries and postings and
 * compared. The work of an aside, in whose memory the findings are. */
#ifndef LEDGER_JOBS_AUDIT_H
#define LEDGER_JOBS_AUDIT_H

#include "ledger/store/audit_store.h"
#include "ledger/v1/audit.pb-c.h"

#define FINDINGS_MAX 100

struct audit {
    struct database *database;
    struct id after, only; /* the company to look for: the next one after, or only this */
    struct id account_id;  /* of this account alone; nil: of all, and the chain */
    bool found;            /* a company; nothing else is set when not */
    struct id company_id;
    struct audited_facts facts;
    Ledger__V1__Finding *findings[FINDINGS_MAX];
    size_t finding_count;
    struct arena *arena;
};

/* argument: struct audit. */
enum failure audit_company(struct task *task, void *argument) must_check;

#endif
