#include "ledger/domain/ladder.h"

#include <assert.h>
#include <stddef.h>

#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define HOUR_US (INT64_C(3600) * 1000000)
#define MONTH_DAYS 30

__extension__ typedef __int128 wide; /* an amount times days leaves 64 bits */

#define ALL_RUNGS                                                                             \
    (RUNG_BIT(RUNG_FIVE_DAYS) | RUNG_BIT(RUNG_TWENTY_PERCENT) | RUNG_BIT(RUNG_FIVE_PERCENT) | \
     RUNG_BIT(RUNG_DAY) | RUNG_BIT(RUNG_HOUR))

/* A <= percent of 30 days' burn, in integers: 100 A days <= percent 30 spend. */
static bool is_within(const struct runway_facts *facts, int percent)
{
    assert(percent > 0 && percent < 100);
    return facts->spend_micros > 0 && (wide)100 * facts->available_micros * facts->days <=
                                          (wide)percent * MONTH_DAYS * facts->spend_micros;
}

static bool ends_within(const struct runway_facts *facts, int64_t depletion_us, int64_t span_us)
{
    assert(span_us > 0);
    return depletion_us != 0 && depletion_us - facts->now_us <= span_us;
}

unsigned ladder_below(const struct runway_facts *facts)
{
    assert(facts->days >= 0 && facts->days <= RUNWAY_BURN_DAYS);
    if (facts->below_line)
        return ALL_RUNGS;
    const struct runway runway = runway_of(facts);
    const struct {
        enum rung rung;
        bool is_below;
    } rungs[] = {{RUNG_FIVE_DAYS, runway.alarms},
                 {RUNG_TWENTY_PERCENT, is_within(facts, 20)},
                 {RUNG_FIVE_PERCENT, is_within(facts, 5)},
                 {RUNG_DAY, ends_within(facts, runway.depletion_us, DAY_US) ||
                                ends_within(facts, runway.hour_depletion_us, DAY_US)},
                 {RUNG_HOUR, ends_within(facts, runway.depletion_us, HOUR_US) ||
                                 ends_within(facts, runway.hour_depletion_us, HOUR_US)}};
    unsigned below = 0;
    for (size_t i = 0; i < sizeof rungs / sizeof *rungs; i++)
        below |= rungs[i].is_below ? RUNG_BIT(rungs[i].rung) : 0;
    assert((below & ~ALL_RUNGS) == 0);
    return below;
}

enum rung ladder_crossed(unsigned before, unsigned now)
{
    assert((now & ~ALL_RUNGS) == 0);
    unsigned crossed = now & ~before;
    enum rung lowest = (enum rung)0;
    for (enum rung rung = RUNG_FIVE_DAYS; rung <= RUNG_HOUR; rung++)
        if ((crossed & RUNG_BIT(rung)) != 0)
            lowest = rung;
    return lowest;
}

bool ladder_warns(enum rung rung)
{
    assert(rung <= RUNG_SUSPENDED);
    return rung >= RUNG_FIVE_DAYS && rung <= RUNG_SUSPENDING;
}
