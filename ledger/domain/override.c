#include "ledger/domain/override.h"

#include <assert.h>

static const struct refusal refusals[] = {OVERRIDE_REFUSALS(REFUSAL_ROW)};

enum override_verdict override_decide(const struct override_facts *facts) /* LED-19 */
{
    assert(facts->now_us > 0);
    bool is_by_two = !id_is_nil(facts->asked_by) && !id_is_nil(facts->approved_by);
    if (is_by_two && id_equal(facts->asked_by, facts->approved_by))
        return OVERRIDE_BY_ONE;
    if (facts->state == ACCOUNT_CLOSED)
        return OVERRIDE_CLOSED;
    if (facts->until_us <= facts->now_us)
        return OVERRIDE_PAST;
    if (facts->until_us - facts->now_us > OVERRIDE_US_MAX)
        return OVERRIDE_TOO_LONG;
    return is_by_two ? OVERRIDE_GRANTED : OVERRIDE_UNAPPROVED;
}

bool override_was_ended(int64_t until_us, int64_t ended_us)
{
    assert(until_us > 0);
    return ended_us != 0 && ended_us < until_us;
}

const struct refusal *override_refusal(enum override_verdict verdict)
{
    assert(verdict > OVERRIDE_GRANTED && verdict <= OVERRIDE_UNAPPROVED);
    return &refusals[verdict - 1];
}
