#include "bench/load/rules/verdict.h"

#include <assert.h>

#define LATE_SHARE_MAX 0.01

enum verdict verdict_of(const struct verdict_facts *facts, const struct objective *objectives,
                        size_t count)
{
    assert(facts->late >= 0 && facts->planned >= 0);
    if (facts->money_mistakes + facts->undecided + facts->unread > 0)
        return VERDICT_MONEY;
    if ((double)facts->late > LATE_SHARE_MAX * (double)facts->planned)
        return VERDICT_SATURATED;
    for (size_t i = 0; i < count; i++)
        if (!objectives[i].is_met)
            return VERDICT_MISSED;
    return VERDICT_PASS;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_PASS] = "pass",
                                        [VERDICT_MISSED] = "objective missed",
                                        [VERDICT_MONEY] = "money wrong",
                                        [VERDICT_SATURATED] = "generator saturated",
                                        [VERDICT_NOT_BEGUN] = "could not begin"};
    return names[verdict];
}
