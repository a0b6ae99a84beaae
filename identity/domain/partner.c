#include "identity/domain/partner.h"

#include <assert.h>

static const struct refusal refusals[] = {PARTNER_REFUSALS(REFUSAL_ROW)};

const struct refusal *partner_refusal(enum partner_verdict verdict)
{
    assert(verdict > PARTNER_ACCEPTED && verdict <= PARTNER_UNKNOWN);
    return &refusals[verdict - 1];
}

bool partner_is_authorised(const struct partner_contract *last, int64_t now_us)
{
    assert(now_us > 0);
    return last != NULL && (last->ends_us == 0 || now_us < last->ends_us);
}

enum partner_verdict partner_authorise_decide(const struct partner_contract *last, bool verified,
                                              int64_t now_us)
{
    assert(now_us > 0);
    if (!verified)
        return PARTNER_NOT_VERIFIED;
    return partner_is_authorised(last, now_us) ? PARTNER_AUTHORISED : PARTNER_ACCEPTED;
}

enum partner_verdict partner_end_decide(const struct partner_contract *last, int64_t now_us)
{
    assert(now_us > 0);
    return partner_is_authorised(last, now_us) ? PARTNER_ACCEPTED : PARTNER_UNKNOWN;
}
