#include "payments/domain/account.h"

#include <assert.h>
#include <stddef.h>

#include "payments/domain/top_up.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {CURRENCY_REFUSALS(REFUSAL_ROW)};

const struct refusal *currency_refusal(enum currency_verdict verdict)
{
    assert(verdict > CURRENCY_ACCEPTED &&
           (size_t)verdict <= sizeof(refusals) / sizeof(refusals[0]));
    return &refusals[verdict - 1];
}

enum currency_verdict currency_decide(const struct currency *current, const struct currency *wanted)
{
    if (top_up_minimum_micros(wanted) == 0)
        return CURRENCY_NOT_SUPPORTED;
    if (current == NULL)
        return CURRENCY_ACCEPTED;
    return text_equal(current->code, wanted->code) ? CURRENCY_UNCHANGED
                                                   : CURRENCY_LOCKED; /* PAY-24 */
}
