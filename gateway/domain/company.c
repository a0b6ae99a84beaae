#include "gateway/domain/company.h"

#include <assert.h>

static const struct refusal refusals[] = {COMPANY_REFUSALS(REFUSAL_ROW)};

const struct refusal *company_refusal(enum company_verdict verdict)
{
    assert(verdict > COMPANY_SAME && verdict <= COMPANY_DIFFERENT);
    return &refusals[verdict - 1];
}
