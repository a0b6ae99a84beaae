#include "gateway/domain/target.h"

#include <assert.h>
#include <stddef.h>

#include "gateway/domain/readiness.h"

static const struct refusal refusals[] = {TARGET_REFUSALS(REFUSAL_ROW)};

const struct refusal *target_refusal(enum target_verdict verdict)
{
    assert(verdict != TARGET_ACCEPTED);
    return &refusals[verdict - 1];
}

bool target_needs_company(const struct target *target)
{
    assert(target->readable || !target->is_payer);
    return target->readable && !target->is_payer;
}

const struct refusal *target_decide(const struct target *target) /* PAY-15 */
{
    assert(target->readable || !target->is_payer);
    if (!target->readable)
        return NULL; /* left to payments, which has no default either */
    if (!target->is_payer && target->company != COMPANY_SAME)
        return company_refusal(target->company); /* ID-18 */
    if (!target->opened)
        return readiness_refusal(READINESS_BILLING_ADDRESS);
    if (target->read_only && !target->accept_read_only)
        return target_refusal(TARGET_READ_ONLY); /* PAY-16 */
    return NULL;
}
