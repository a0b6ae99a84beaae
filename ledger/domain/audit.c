#include "ledger/domain/audit.h"

#include <assert.h>

static const struct refusal refusals[] = {AUDIT_REFUSALS(REFUSAL_ROW)};

enum audit_scope audit_scope_of(const struct audit_caller *caller)
{
    if (caller->inside || caller->operates)
        return caller->names_company ? AUDIT_COMPANY : AUDIT_EVERYTHING;
    return caller->administers && caller->of_main_account && caller->names_company ? AUDIT_COMPANY
                                                                                   : AUDIT_ACCOUNT;
}

const struct refusal *audit_refusal(enum audit_verdict verdict)
{
    assert(verdict != AUDIT_ACCEPTED);
    return &refusals[verdict - 1];
}
