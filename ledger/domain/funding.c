#include "ledger/domain/funding.h"

#include <assert.h>

static const struct refusal refusals[] = {FUNDING_REFUSALS(REFUSAL_ROW)};

const struct refusal *funding_refusal(enum funding_verdict verdict)
{
    assert(verdict != FUNDING_ACCEPTED);
    return &refusals[verdict - 1];
}

bool funding_is_open(int64_t expires_us, int64_t now_us)
{
    assert(now_us > 0);
    return now_us < expires_us;
}

enum funding_state funding_state(const struct funding_request *request, int64_t now_us)
{
    assert(!request->went_back || request->state == FUNDING_GRANTED);
    if (request->went_back)
        return FUNDING_RETURNED;
    bool is_over = request->state == FUNDING_OPEN && !funding_is_open(request->expires_us, now_us);
    return is_over ? FUNDING_EXPIRED : request->state;
}

enum funding_verdict funding_ask_decide(const struct funding_facts *facts) /* LED-41 */
{
    assert(facts->asked >= 0);
    if (facts->customer->state == ACCOUNT_CLOSED)
        return FUNDING_CLOSED;
    if (!account_has_currency(facts->customer, facts->currency))
        return FUNDING_CURRENCY;
    if (!facts->has_agent)
        return FUNDING_NO_AGENT;
    if (!facts->allocates)
        return FUNDING_NOT_PERMITTED;
    if (facts->waits)
        return FUNDING_WAITS;
    return facts->asked >= FUNDING_REQUESTS_A_DAY ? FUNDING_TOO_MANY : FUNDING_ACCEPTED;
}

enum funding_verdict funding_end_decide(const struct funding_request *request, struct id account_id,
                                        enum funding_state state, int64_t now_us)
{
    assert(state == FUNDING_DECLINED || state == FUNDING_WITHDRAWN);
    if (request == NULL ||
        !id_equal(account_id, state == FUNDING_DECLINED ? request->agent_id : request->customer_id))
        return FUNDING_UNKNOWN;
    return funding_state(request, now_us) == FUNDING_OPEN ? FUNDING_ACCEPTED : FUNDING_ENDED;
}
