#include "gateway/domain/company.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {COMPANY_REFUSALS(REFUSAL_ROW)};

const struct refusal *company_refusal(enum company_verdict verdict)
{
    assert(verdict > COMPANY_SAME && verdict <= COMPANY_DIFFERENT);
    return &refusals[verdict - 1];
}

bool company_is_fact_of_it(const char *fact)
{
    assert(fact != NULL);
    return strcmp(fact, "company_verified") == 0 || strcmp(fact, "verified_company_id") == 0 ||
           strcmp(fact, "corporate") == 0;
}
