/* The reach of an audit. The chain and the totals are the company's: the provider sees them, and
 * the administrators of the company's main account, its first. Anybody else who acts for an account
 * sees that account alone. */
#ifndef LEDGER_DOMAIN_AUDIT_H
#define LEDGER_DOMAIN_AUDIT_H

#include <stdbool.h>

#include "runtime/base/refusal.h"

enum audit_scope { AUDIT_EVERYTHING, AUDIT_COMPANY, AUDIT_ACCOUNT };

struct audit_caller {
    bool inside;   /* nobody's principal: another service of ours */
    bool operates; /* the provider's business manager */
    bool administers;
    bool of_main_account;
    bool names_company;
};

#define AUDIT_REFUSALS(X)                                                \
    X(AUDIT_RUNNING, NEVER, CODE_RESOURCE_EXHAUSTED, "AUDIT_RUNNING",    \
      "The company is being audited already.")                           \
    X(AUDIT_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "TOO_MANY_AUDITS", \
      "Too many companies are being audited at once.")

enum audit_verdict { AUDIT_ACCEPTED = 0, AUDIT_REFUSALS(REFUSAL_ENUM) };

enum audit_scope audit_scope_of(const struct audit_caller *caller);
const struct refusal *audit_refusal(enum audit_verdict verdict);

#endif
